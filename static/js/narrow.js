// A search field above a long list of checkboxes; without JavaScript the list is simply long.
for (const place of document.querySelectorAll("[data-narrow]")) {
  const list = place.querySelector(".choices");
  const field = place.querySelector("template").content.firstElementChild;
  list.before(field);
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  field.querySelector("input").addEventListener("input", (event) => {
    event.stopPropagation();
    const sought = plain(event.target.value.trim());
    for (const row of list.children)
      row.hidden = !plain(row.textContent).includes(sought) && !row.querySelector(":checked");
  });
}
