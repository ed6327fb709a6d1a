/**
 * The colours of /docs: those of the web app, over what Swagger UI brings, which is more specific than it has to be.
 * Methods are told apart by their words.
 */
export const docsStyle = `:root, html.dark-mode {
  color-scheme: light dark;
  --paper: light-dark(oklch(0.972 0.009 85), oklch(0.19 0.006 65));
  --card: light-dark(oklch(0.992 0.004 85), oklch(0.225 0.007 65));
  --wash: light-dark(oklch(0.95 0.012 84), oklch(0.262 0.008 65));
  --line: light-dark(oklch(0.9 0.014 82), oklch(0.315 0.009 65));
  --edge: light-dark(oklch(0.6 0.018 72), oklch(0.55 0.014 70));
  --ink: light-dark(oklch(0.25 0.014 60), oklch(0.935 0.009 85));
  --quiet: light-dark(oklch(0.475 0.018 65), oklch(0.725 0.013 78));
  --accent: light-dark(oklch(0.535 0.19 32), oklch(0.665 0.19 34));
  --on-accent: light-dark(oklch(0.99 0.006 85), oklch(0.2 0.03 40));
  --focus: light-dark(oklch(0.5 0.15 255), oklch(0.76 0.115 250));
  --bad: light-dark(oklch(0.5 0.185 18), oklch(0.745 0.145 18));
  background: var(--paper) !important;
}

:root[data-theme="light"] { color-scheme: light }
:root[data-theme="dark"] { color-scheme: dark }

body { margin: 0 }

#swagger-ui .swagger-ui {
  background: var(--paper);
  color: var(--ink);
  font-family: system-ui, sans-serif;
}

#swagger-ui :is(h1, h2, h3, h4, h5, p, li, td, th, label, button, .title, .opblock-tag, .opblock-summary-path,
  .opblock-summary-path a, .opblock-summary-description, .model, .model-title, .parameter__name, .parameter__type,
  .response-col_status, .response-col_links, .tab li, .json-schema-2020-12__title,
  .json-schema-2020-12-keyword__name--primary, .schemes-title) {
  color: var(--ink);
  font-family: system-ui, sans-serif;
}

#swagger-ui :is(small, .opblock-summary-description, .parameter__in, .parameter__deprecated, .prop-format,
  .json-schema-2020-12__attribute, .json-schema-2020-12-expand-deep-button,
  .json-schema-2020-12-keyword__name--secondary, .json-schema-2020-12-keyword__value--secondary) {
  color: var(--quiet) !important;
}

#swagger-ui :is(code, pre, .opblock-summary-path, .opblock-summary-path a, .parameter__type, .prop-type,
  .json-schema-2020-12__attribute) {
  font-family: ui-monospace, monospace !important;
}

#swagger-ui a { color: var(--ink) !important; text-decoration: underline; text-underline-offset: 4px }
#swagger-ui .opblock-summary-path a, #swagger-ui .opblock-tag a { text-decoration: none }
#swagger-ui svg { fill: var(--quiet) !important; color: var(--quiet) !important }
#swagger-ui :focus-visible { outline: 2px solid var(--focus) !important; outline-offset: 2px }

#swagger-ui .info { margin: 32px 0 }
#swagger-ui .info .title { font-size: 28px; font-weight: 600 }
#swagger-ui .info .title small {
  background: none !important;
  border: 1px solid var(--edge);
  border-radius: 4px;
  top: -4px;
}
#swagger-ui .info .title small pre { color: var(--quiet) !important; font-size: 12px }
#swagger-ui .info .base-url { color: var(--quiet) }
#swagger-ui .scheme-container { background: none !important; box-shadow: none; padding: 0 0 24px; margin: 0 }

#swagger-ui .opblock-tag { border-color: var(--line) !important; font-size: 20px; font-weight: 600 }
#swagger-ui :is(.opblock, .models, .model-container, .json-schema-2020-12, .model-box) {
  background: var(--card) !important;
  border: 1px solid var(--line) !important;
  border-radius: 8px;
  box-shadow: none;
}
#swagger-ui :is(.json-schema-2020-12 .json-schema-2020-12, .model-container > .json-schema-2020-12) {
  border: 0 !important;
}
#swagger-ui .json-schema-2020-12 :is(button, .json-schema-2020-12-accordion) { background: none !important }
#swagger-ui .opblock :is(.opblock-summary, .opblock-section-header, thead tr td, thead tr th, table.headers td) {
  background: none !important;
  border-color: var(--line) !important;
  box-shadow: none;
}
#swagger-ui .opblock .opblock-section-header { background: var(--wash) !important }
#swagger-ui .opblock .opblock-summary-method {
  background: none !important;
  border: 1px solid var(--edge);
  border-radius: 4px;
  color: var(--ink) !important;
  font-family: ui-monospace, monospace;
  font-weight: 600;
  text-shadow: none;
}
#swagger-ui .opblock-tag .opblock-title span::after, #swagger-ui .tab-item .opblock-title span::after {
  background: var(--ink) !important;
}
#swagger-ui .models { padding: 0 16px 8px }
#swagger-ui .models h4 { border: 0 !important }

#swagger-ui :is(.btn, select, input, textarea) {
  background-color: var(--card) !important;
  border: 1px solid var(--edge) !important;
  border-radius: 8px;
  box-shadow: none !important;
  color: var(--ink) !important;
}
#swagger-ui .btn.execute {
  background-color: var(--accent) !important;
  border-color: transparent !important;
  color: var(--on-accent) !important;
}
#swagger-ui .btn.authorize span { color: var(--ink) }
#swagger-ui :is(.btn.cancel, .required, .required span, .star, .invalid) { color: var(--bad) !important }
#swagger-ui .btn.btn-clear { background-color: var(--card) !important }
#swagger-ui :is(pre.microlight, .highlight-code pre, .renderedMarkdown code) {
  background: var(--wash) !important;
  border-radius: 8px;
  color: var(--ink) !important;
}
#swagger-ui pre.microlight span { color: var(--ink) !important }
#swagger-ui .renderedMarkdown code { color: var(--ink) !important; border-radius: 4px }
#swagger-ui .json-schema-2020-12__constraint { background: var(--wash); color: var(--ink) }
#swagger-ui .prop-type, #swagger-ui .json-schema-2020-12__attribute--primary { color: var(--ink) !important }
#swagger-ui .dialog-ux .modal-ux {
  background: var(--card) !important;
  border: 1px solid var(--line);
  border-radius: 8px;
}
#swagger-ui .dialog-ux :is(.modal-ux-header, .auth-container) { border-color: var(--line) !important }

/* As wide as a phone, a path has a line for itself. */
@media (max-width: 640px) {
  #swagger-ui .opblock-summary { flex-wrap: wrap }
  #swagger-ui .opblock-summary-method { min-width: 72px; padding: 4px 0 }
  #swagger-ui .opblock-summary-path-description-wrapper { flex-basis: 60% }
  #swagger-ui .opblock-summary-path { max-width: 100%; overflow-wrap: anywhere }
}
`
