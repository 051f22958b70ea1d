// Starts Swagger UI. In a file of its own, so that the page's policy allows no inline script.
window.ui = window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  // A token stays in this page and is gone with it.
  persistAuthorization: false,
  // Nobody else's server is asked whether the document is valid.
  validatorUrl: null,
});
