/** The page at `/`, until the portal has one: what there is, and how to get in. Pure. */

export interface FrontPageParts {
  readonly services: readonly {
    readonly name: string;
    readonly purpose: string;
    readonly docs: string;
    readonly openapi: string;
  }[];
  readonly stylePath: string;
  readonly version: string;
  /** Prints an access token. Undefined where there is no demo. */
  readonly tokenCommand?: string;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

export function frontPageHtml({ services, stylePath, version, tokenCommand }: FrontPageParts): string {
  const rows = services.map(
    ({ name, purpose, docs, openapi }) => `<tr>
<th scope="row"><a href="${docs}">${name}</a></th>
<td>${escape(purpose)}</td>
<td><a href="${openapi}" aria-label="OpenAPI document of ${name}">openapi.json</a></td>
</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guichet</title>
<meta name="description" content="A customer portal and helpdesk: its APIs, how to sign in, and its health.">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<header>
<p class="name">Guichet</p>
<h1>The helpdesk is running</h1>
<p>Tickets come in, go to the right department and are answered. The figures above them are live, exact and explainable.</p>
</header>
<main>
<section aria-labelledby="services">
<h2 id="services">The services</h2>
<p>Each service describes its operations, and lets you try them.</p>
<div class="wide" role="region" aria-labelledby="services" tabindex="0">
<table>
<thead><tr><th scope="col">Service</th><th scope="col">What it is for</th><th scope="col">For programs</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
</section>
${tokenCommand === undefined ? productionSignIn : demoSignIn(tokenCommand)}
<section aria-labelledby="looking-after">
<h2 id="looking-after">Looking after it</h2>
<ul>
<li><a href="/health/ready">Health</a>: whether everything works, and what does not</li>
<li><a href="/metrics">Metrics</a>, for Prometheus</li>
<li><a href="/identity/.well-known/openid-configuration">The issuer's addresses</a>, for programs that sign in</li>
<li>The documentation lies in the folder <code>docs</code> of the checkout. Begin with <code>README.md</code>.</li>
<li>This is version ${escape(version)}.</li>
</ul>
</section>
</main>
</body>
</html>
`;
}

const demoSignIn = (tokenCommand: string): string => `<section aria-labelledby="sign-in">
<h2 id="sign-in">Sign in</h2>
<p>The tenant <code>demo</code> has made-up people, tickets and articles. A command prints a token of one of them; paste it into the page of a service,
or use it with curl. The roles are reader, requester, agent, author, translator,
editor, supervisor, analyst, admin, importer and operator.</p>
<pre tabindex="0" aria-label="Command"><code>${escape(tokenCommand)}</code></pre>
</section>`;

const productionSignIn = `<section aria-labelledby="sign-in">
<h2 id="sign-in">Sign in</h2>
<p>Programs get their tokens at <code>/identity/token</code>, with the credentials of a service account. The command
<code>guichet bootstrap</code> makes the first tenant, department and service account. It signs in as the client <code>operator</code>, whose secret is
in <code>secrets.json</code> of the data folder.</p>
</section>`;

/** Colours and type of the product's design, light and dark. */
export const frontPageStyle = `:root {
  color-scheme: light dark;
  --bg: #fbfaf7; --surface: #fff; --line: #d9d5cb; --text: #1b2430; --muted: #55606e; --brand: #0b6b5b; --brand-soft: #e2f1ee; --focus: #1b2430;
  --font: system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --mono: ui-monospace, "Cascadia Mono", "SF Mono", "Noto Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #13171d; --surface: #1b2129; --line: #313945; --text: #e9ecef; --muted: #a7b0bc; --brand: #5cc9b4; --brand-soft: #17332f; --focus: #ffd54a;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 32px 16px 64px; background: var(--bg); color: var(--text); font: 1.125rem/1.75rem var(--font); }
h1 { margin: 0; font-size: 2.25rem; line-height: 2.625rem; }
h2 { margin: 0 0 8px; font-size: 1.375rem; line-height: 1.75rem; }
p { margin: 8px 0; max-width: 68ch; }
header { padding-bottom: 24px; }
header p:last-child, section > p { color: var(--muted); }
.name { margin: 0; color: var(--brand); font-weight: 700; letter-spacing: 0.04em; }
section { margin-top: 24px; padding: 24px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 12px 8px 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-top: 0; color: var(--muted); font-size: 0.875rem; }
tbody th { font-weight: 600; }
a { color: var(--brand); text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
tbody a { display: inline-block; min-height: 28px; }
ul { margin: 8px 0 0; padding-left: 1.2em; }
code, pre { font: 0.9375rem/1.5rem var(--mono); }
pre { margin: 12px 0 0; padding: 12px 16px; overflow-x: auto; background: var(--brand-soft); border-radius: 4px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (forced-colors: active) { :focus-visible { outline-color: Highlight; } }
`;
