// The wall renews itself every two seconds; not while a finger is down, or its click would be lost.
let down = false;
document.addEventListener("pointerdown", () => (down = true));
for (const up of ["pointerup", "pointercancel"]) document.addEventListener(up, () => setTimeout(() => (down = false), 50));
document.addEventListener("htmx:beforeSwap", (event) => {
  if (down && event.detail.target?.id === "wall") event.detail.shouldSwap = false;
});
