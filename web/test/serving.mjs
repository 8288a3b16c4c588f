// How the console serves its files: the policy and the types. For the stand-ins that serve the same files to tests.
export const CSP = "script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; default-src 'none'; base-uri 'none'; form-action 'self'; "
  + "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types masthead svelte-trusted-html 'allow-duplicates'";
export const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json', '.txt': 'text/plain' };
