// On the day the page renews itself: every 20 seconds ± 50 %, only where somebody looks.
const page = () => document.querySelector("#live[data-live]");

function renew() {
  const here = location.pathname + location.search;
  return htmx.ajax("GET", here, { source: page(), target: "#live", swap: "outerHTML" });
}

function again() {
  setTimeout(async () => {
    if (!page()) return;
    if (document.visibilityState === "visible") await renew().catch(() => {});
    again();
  }, 20_000 * (0.5 + Math.random()));
}

// At T everybody looks at once; nobody asks at once.
document.addEventListener("countdown-over", () => {
  if (page()) setTimeout(renew, 1_000 + 4_000 * Math.random());
});

if (page()) again();
