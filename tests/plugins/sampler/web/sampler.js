customElements.define('sampler-page', class extends HTMLElement {});
