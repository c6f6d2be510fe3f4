(() => {
  "use strict";
  // A case is played on its own connection: whatever comes goes back. The verdict is asked for when
  // the connection is over; it is the one whose start the page has not seen before.
  const plan = JSON.parse(document.querySelector("#plan").textContent);
  const by = id => document.querySelector(`#${id}`);
  const make = (tag, attributes = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...inside);
    return node;
  };
  const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const query = words => new URLSearchParams(words);
  const base = new URL(".", location.href);
  const asked = new URLSearchParams(location.search);
  const sockets = new URL(base);
  sockets.protocol = base.protocol === "https:" ? "wss:" : "ws:";

  const MARKS = { passed: "", "non-strict": "~", failed: "✗", unimplemented: "–", informational: "i", unknown: "?" };
  const KINDS = Object.keys(MARKS);
  const LABELS = { ...plan.labels, unknown: "No verdict" };
  const PATIENCE = 15000; // milliseconds for a verdict, once the connection is over
  const GRACE = 1000;     // of those, before the server is asked whether it plays the case at all
  const MOST_REASONS = 40;
  const cases = plan.cases.map(([id, says]) => ({ id, says, category: id.split(".")[0], result: null, seen: null }));
  const open = new Set();
  let rest = [];        // what a run that was stopped has left
  let running = null;   // the run that goes on
  let lost = false;     // whether the server is gone
  let concluded = "";   // what came of the last run

  // Server

  async function ask(path) {
    const response = await fetch(new URL(path, base), { cache: "no-store" });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response.json();
  }

  function connect(path, echo = false) {
    return new Promise(done => {
      const socket = new WebSocket(new URL(path, sockets));
      socket.binaryType = "arraybuffer";
      if (echo) socket.onmessage = event => socket.send(event.data);
      socket.onclose = event => { open.delete(socket); done(event); };
      open.add(socket);
    });
  }

  async function verdict(run, one) {
    const start = performance.now();
    const waited = () => performance.now() - start;
    for (let pause = 10; waited() < PATIENCE && !run.broken; pause = Math.min(2 * pause, 500)) {
      const results = await ask(`results.json?${query({ agent: run.agent, case: one.id })}`);
      const found = results[run.agent]?.[one.id];
      if (found && found.started !== one.seen) return found;
      if (waited() > GRACE && !await isPlaying(run, one)) return null;
      await sleep(pause);
    }
    return null;
  }

  async function isPlaying(run, one) {
    const { agents } = await ask("agents.json");
    return agents.some(({ name, playing }) => name === run.agent && playing.includes(one.id));
  }

  // A run

  class Run {
    constructor(agent, chosen) {
      Object.assign(this, { agent, chosen, started: performance.now(), stopping: false, broken: false, hidden: document.hidden });
    }

    get elapsed() { return `${((performance.now() - this.started) / 1000).toFixed(1)} s`; }
    get left() { return this.chosen.filter(one => !one.result); }

    async play(one) {
      one.playing = true;
      paint(one);
      try {
        await connect(`runCase?${query({ casetuple: one.id, agent: this.agent })}`, true);
        const result = await verdict(this, one);
        if (this.broken) return;
        one.result = result ?? { kind: "unknown", why: "The server has no verdict: it may not play this case for this agent." };
        one.seen = one.result.started;
      } finally {
        one.playing = false;
        paint(one);
      }
    }

    async work(queue, atOnce) {
      const worker = async () => {
        while (queue.length && !this.stopping) await this.play(queue.shift());
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    }

    async go() {
      const before = (await ask(`results.json?${query({ agent: this.agent })}`))[this.agent] ?? {};
      for (const one of this.chosen) one.seen = before[one.id]?.started ?? null;
      const alone = this.chosen.filter(one => plan.alone.includes(one.category));
      const beside = this.chosen.filter(one => !alone.includes(one));
      // A server may end with its last case, so one is left for the end, behind those that are played again.
      if (!alone.length) alone.push(beside.pop());
      await this.work([...beside], plan.atOnce);
      const again = beside.filter(one => ["failed", "non-strict"].includes(one.result?.kind));
      if (again.length && !this.stopping) say(`Playing ${plural(again.length, "case")} once more, one by one.`);
      await this.work(again, 1);
      if (again.length && !this.stopping) say(`Playing the rest as ${this.agent}.`);
      await this.work(alone, 1);
      if (!this.broken) await connect(`updateReports?${query({ agent: this.agent })}`);
    }

    stop() {
      if (this.stopping) this.breakOff();
      this.stopping = true;
      by("stop").textContent = "Break off";
      say("Stopping as soon as what is being played is through.");
    }

    breakOff() {
      this.stopping = this.broken = true;
      for (const socket of open) socket.close();
    }
  }

  async function start(chosen) {
    const run = running = new Run(by("agent").value.trim(), chosen);
    rest = [];
    concluded = "";
    by("stop").textContent = "Stop";
    say(`Playing ${plural(chosen.length, "case")} as ${run.agent}.`);
    const byHand = by("form").contains(document.activeElement);
    show();
    if (byHand) by("stop").focus();
    try {
      await run.go();
    } catch (error) {
      run.breakOff();
      if (error instanceof TypeError) lose();
      else say(`The run broke off: ${error.message}.`, true);
    }
    running = null;
    rest = run.left;
    if (!lost && !rest.length) conclude(run);
    else if (!lost && run.stopping) say(`Stopped after ${run.elapsed}; ${plural(rest.length, "case")} ${rest.length === 1 ? "is" : "are"} left.`);
    document.title = "wsconform serve";
    const waits = document.activeElement === by("stop");
    show();
    if (waits) by("run").focus();
    watch();
  }

  function conclude(run) {
    const counts = count(run.chosen);
    const words = Object.entries(counts).map(([kind, number]) => `${number} ${kind}`).join(", ");
    concluded = `${plural(run.chosen.length, "case")} in ${run.elapsed}: ${words}.`;
    say(concluded);
    by("message").append(" ", make("a", { href: "reports/" }, "Open the report"));
    if (run.hidden) by("message").append(". The tab was not in front all the time; what has a time limit may have failed for that.");
  }

  // The server comes and goes

  function lose() {
    if (lost) return;
    lost = true;
    running?.breakOff();
    say(`${concluded} The server does not answer any more. This page keeps looking for it.`.trim(), !concluded);
    show();
  }

  let watching = 0;
  async function watch() {
    clearTimeout(watching);
    try {
      const { agents, cases: number } = await ask("agents.json");
      if (lost) {
        lost = false;
        say(number === cases.length ? "The server is back." : "The server is back with other cases; load this page anew.");
        show();
      }
      paintAgents(agents);
    } catch (error) {
      if (error instanceof TypeError) lose();
    }
    clearTimeout(watching);
    watching = setTimeout(watch, running ? 1000 : 3000);
  }

  // What is chosen

  function chosen() {
    const patterns = by("pattern").value.split(/[\s,]+/).filter(Boolean);
    if (!patterns.length) return { picked: cases, idle: [] };
    const fits = patterns.map(pattern => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`));
    return {
      picked: cases.filter(one => fits.some(fit => fit.test(one.id))),
      idle: patterns.filter((_, n) => !cases.some(one => fits[n].test(one.id))),
    };
  }

  function agentName() {
    const agent = navigator.userAgent;
    const brands = (navigator.userAgentData?.brands ?? []).map(one => one.brand);
    const chrome = brands.length && !brands.includes("Google Chrome") ? "Chromium" : "Chrome";
    const known = [[/\bEdg\w*\/(\d+)/, "Edge"], [/\bOPR\/(\d+)/, "Opera"], [/\bFirefox\/(\d+)/, "Firefox"], [/\bHeadlessChrome\/(\d+)/, "Chromium"], [/\bChrome\/(\d+)/, chrome], [/\bVersion\/(\d+).*Safari/, "Safari"]];
    const [pattern, name] = known.find(([one]) => one.test(agent)) ?? [/(\d*)/, "Browser"];
    return `${name} ${agent.match(pattern)[1]}`.trim();
  }

  // What is shown

  function say(words, bad = false) {
    by("message").textContent = words;
    by("message").classList.toggle("bad", bad);
  }

  function count(among) {
    const counts = {};
    for (const kind of KINDS) {
      const number = among.filter(one => one.result?.kind === kind).length;
      if (number) counts[kind] = number;
    }
    return counts;
  }

  function show() {
    const { picked, idle } = chosen();
    const goes = running !== null;
    by("idle").hidden = !idle.length;
    by("idle").textContent = `No case answers to ${idle.join(", ")}.`;
    by("pattern").setAttribute("aria-invalid", idle.length > 0);
    by("run").hidden = goes;
    by("run").disabled = lost || !picked.length || idle.length > 0;
    by("run").textContent = rest.length ? `Go on with the ${plural(rest.length, "case")} left` : `Run the ${plural(picked.length, "case")} in this browser`;
    by("over").hidden = goes || !rest.length;
    by("over").disabled = by("run").disabled;
    by("stop").hidden = !goes;
    by("agent").disabled = by("pattern").disabled = goes;
    for (const one of cases) one.cell.classList.toggle("out", !picked.includes(one));
    showCounts();
    showFailures();
  }

  function showCounts() {
    const among = (running?.chosen ?? chosen().picked);
    const played = among.filter(one => one.result).length;
    by("progress").hidden = by("counts").hidden = !played && !running;
    by("progress").setAttribute("aria-valuemax", among.length);
    by("progress").setAttribute("aria-valuenow", played);
    const counts = Object.entries(count(among));
    by("progress").replaceChildren(...counts.map(([kind, number]) => {
      const part = make("i", { class: `is-${kind}` });
      part.style.width = `${100 * number / among.length}%`;
      return part;
    }));
    by("counts").replaceChildren(
      make("strong", {}, `${played}/${among.length}`), running ? ` ${running.elapsed}` : "",
      ...counts.map(([kind, number]) => make("span", { class: `is-${kind}` }, `${number} ${kind}`)));
    if (running) document.title = `${played}/${among.length} wsconform serve`;
  }

  // One row for each reason: a client that does one thing wrong fails many cases by it.
  function showFailures() {
    const reasons = new Map();
    for (const one of cases.filter(one => ["failed", "unimplemented", "unknown"].includes(one.result?.kind))) {
      reasons.set(one.result.why, [...reasons.get(one.result.why) ?? [], one]);
    }
    by("failures").hidden = !reasons.size;
    const rows = [...reasons].slice(0, MOST_REASONS).map(([why, group]) => group.length === 1 ? failure(...group) : failures(why, group));
    if (reasons.size > MOST_REASONS) rows.push(make("li", {}, make("span"), "and more; the report has them all"));
    by("failures").querySelector("ul").replaceChildren(...rows);
  }

  function failure(one) {
    return make("li", {},
      make("strong", { class: "mono" }, one.id), make("span", {}, one.result.why), make("span", { class: "links" }, ...links(one)));
  }

  function failures(why, group) {
    const ids = group.flatMap(one => [" ", one.result.page ? make("a", { href: `reports/${one.result.page}` }, one.id) : one.id]);
    return make("li", {},
      make("strong", {}, plural(group.length, "case")), make("span", {}, why, make("br"), make("span", { class: "mono" }, ...ids)));
  }

  function links(one) {
    const { page, capture } = one.result ?? {};
    const found = page ? [make("a", { href: `reports/${page}` }, "report")] : [];
    return capture ? [...found, " · ", make("a", { href: `reports/${capture}` }, "capture")] : found;
  }

  function words(one) {
    if (one.playing) return "being played";
    return one.result ? LABELS[one.result.kind] : "not played";
  }

  function paint(one) {
    const kind = one.playing ? "playing" : one.result ? `is-${one.result.kind}` : "";
    one.cell.className = `cell ${kind}`;
    one.cell.textContent = one.playing ? "" : MARKS[one.result?.kind] ?? "";
    one.cell.setAttribute("aria-label", `${one.id} ${words(one)}`);
    if (one.result?.page) one.cell.href = `reports/${one.result.page}`;
    if (about === one) tell(one);
    if (!painting) painting = requestAnimationFrame(() => { painting = 0; showCounts(); showFailures(); });
  }
  let painting = 0;

  let about = null;
  function tell(one) {
    about = one;
    const why = one.result && !one.result.passed ? ` ${one.result.why}` : "";
    by("about").replaceChildren(
      make("strong", { class: "mono" }, one.id), ` ${one.says} `,
      make("span", { class: `badge ${one.result?.kind ?? ""}` }, words(one)), why, " ", ...links(one));
  }

  function paintAgents(agents) {
    by("nobody").hidden = agents.length > 0;
    by("agents").hidden = !agents.length;
    by("agents").tBodies[0].replaceChildren(...agents.map(({ name, counts, playing }) => {
      const kinds = KINDS.filter(kind => counts[kind]);
      const all = kinds.reduce((sum, kind) => sum + counts[kind], 0);
      const now = playing.length > 3 ? plural(playing.length, "case") : playing.join(", ");
      return make("tr", {},
        make("td", {}, make("a", { href: `results.json?${query({ agent: name })}` }, name)),
        make("td", { class: "number" }, String(all)),
        make("td", { class: "verdicts" }, ...kinds.map(kind => make("span", { class: `is-${kind}` }, `${counts[kind]} ${kind}`))),
        make("td", { class: "mono" }, now));
    }));
  }

  function build() {
    const rows = new Map();
    for (const one of cases) {
      if (!rows.has(one.category)) {
        const cells = make("div", { class: "cells" });
        by("grid").append(make("div", { class: "row" }, make("h3", {}, `${one.category} ${plan.titles[one.category] ?? ""}`), cells));
        rows.set(one.category, cells);
      }
      one.cell = make("a", { tabindex: -1 });
      one.cell.addEventListener("mouseenter", () => tell(one));
      one.cell.addEventListener("focus", () => { move(one); tell(one); });
      one.cell.addEventListener("click", () => tell(one));
      rows.get(one.category).append(one.cell);
      paint(one);
    }
    cases[0]?.cell.setAttribute("tabindex", 0);
  }

  // Arrow keys go through the squares; the tab key knows one of them.
  function move(to) {
    by("grid").querySelector("[tabindex='0']")?.setAttribute("tabindex", -1);
    to.cell.setAttribute("tabindex", 0);
  }

  const STEPS = {
    ArrowRight: at => at + 1, ArrowLeft: at => at - 1, Home: () => 0, End: () => cases.length - 1,
    ArrowDown: at => { const next = cases.findIndex((one, n) => n > at && one.category !== cases[at].category); return next < 0 ? at : next; },
    ArrowUp: at => cases.findIndex(one => one.category === (cases.findLast((other, n) => n < at && other.category !== cases[at].category) ?? cases[at]).category),
  };
  by("grid").addEventListener("keydown", event => {
    const at = cases.findIndex(one => one.cell === event.target);
    const step = STEPS[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    cases[step(at)]?.cell.focus();
  });

  function fresh() {
    const { picked } = chosen();
    for (const one of picked) one.result = null;
    for (const one of picked) paint(one);
    start(picked);
  }

  by("form").addEventListener("submit", event => {
    event.preventDefault();
    if (by("run").disabled || running) return;
    if (rest.length) start(rest); else fresh();
  });
  by("over").addEventListener("click", fresh);
  by("stop").addEventListener("click", () => running?.stop());
  for (const field of ["agent", "pattern"]) by(field).addEventListener("input", () => { rest = []; show(); });
  document.addEventListener("visibilitychange", () => { if (running && document.hidden) running.hidden = true; });
  setInterval(() => { if (running) showCounts(); }, 200);

  for (const node of document.querySelectorAll("[data-path]")) {
    const parts = `${sockets}${node.dataset.path}`.replace(/\/$/, "").split(/\b(NAME|N)\b/);
    node.replaceChildren(...parts.map((part, n) => n % 2 ? make("var", {}, part) : part));
  }
  by("agent").value = asked.get("agent") || agentName();
  by("pattern").value = asked.get("cases") ?? "";
  build();
  show();
  watch();
  if (asked.has("run") && !by("run").disabled) fresh();
})();
