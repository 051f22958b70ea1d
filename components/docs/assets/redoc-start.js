// Starts Redoc. In a file of its own, so that the page's policy allows no inline script.
window.Redoc.init(
  "/openapi.json",
  { hideLoading: true, nativeScrollbars: true },
  document.getElementById("redoc"),
);
