"use strict";
(() => {
  const button = document.getElementById("show-code");
  const key = "show-code";

  // A browser may refuse storage, above all for a page opened from disk: the switch works without memory then.
  const recall = () => { try { return localStorage.getItem(key) === "yes"; } catch { return false; } };
  const remember = (shown) => { try { localStorage.setItem(key, shown ? "yes" : "no"); } catch { /* as above */ } };

  const show = (shown) => {
    button.setAttribute("aria-pressed", String(shown));
    for (const code of document.querySelectorAll("details.code")) code.open = shown;
  };

  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    show(shown);
    remember(shown);
  });
  button.hidden = false;
  if (recall()) show(true);

  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 63.99rem)").matches) contents.open = false;
})();
