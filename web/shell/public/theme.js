// Runs before the first paint, so that a dark console does not flash white.
(function () {
  var choice = 'system';
  try {
    choice = localStorage.getItem('masthead.theme') || 'system';
  } catch (error) {
    choice = 'system';
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
