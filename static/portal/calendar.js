"use strict";

/* A click on a day puts it into the form. */
for (const link of document.querySelectorAll("[data-day]")) {
  link.addEventListener("click", () => {
    document.querySelector("#id_first").value = link.dataset.day;
    document.querySelector("#id_name").value = link.title;
    document.querySelector("#id_kind").focus({ preventScroll: true });
  });
}
