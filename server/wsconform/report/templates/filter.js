(() => {
  const buttons = [...document.querySelectorAll("button[data-show]")];
  const search = document.querySelector("#search");
  const empty = document.querySelector("#empty");
  let shown = "all";
  const fits = row =>
    (shown === "all" || row.dataset.kinds.split(" ").includes(shown) || (shown === "differing" && row.dataset.differs)) &&
    row.textContent.toLowerCase().includes(search.value.trim().toLowerCase());
  const apply = () => {
    let any = false;
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.show === shown);
    for (const body of document.querySelectorAll("tbody")) {
      let category = null, section = null;
      for (const row of body.rows) {
        if (row.className === "category") { category = row; row.hidden = true; }
        else if (row.className === "section") { section = row; row.hidden = true; }
        else {
          row.hidden = !fits(row);
          if (!row.hidden) { any = true; for (const head of [category, section]) if (head) head.hidden = false; }
        }
      }
    }
    empty.hidden = any;
  };
  for (const button of buttons) button.addEventListener("click", () => {
    shown = button.dataset.show;
    history.replaceState(null, "", shown === "all" ? "#" : "#show=" + shown);
    apply();
  });
  search.addEventListener("input", apply);
  document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  const wanted = location.hash.replace("#show=", "");
  if (buttons.some(button => button.dataset.show === wanted)) shown = wanted;
  apply();
})();
