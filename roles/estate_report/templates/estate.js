// The page says everything without this; with it, tenants are searched, sorted and filtered.
(() => {
  const list = document.getElementById('tenants'), tools = document.getElementById('tools');
  if (!list || !tools) return;
  const rows = [...list.children], step = 100;
  const field = name => tools.querySelector(`[name=${name}]`);
  const more = document.getElementById('more'), count = document.getElementById('count');
  const words = new Map(rows.map(row => [row, row.dataset.words.toLowerCase()]));
  const pass = {
    all: () => true,
    attention: row => row.dataset.attention === '1',
    online: row => row.dataset.status === 'online',
    other: row => row.dataset.status !== 'online',
    isolated: row => row.dataset.isolated === '1',
  };
  let limit = step;
  const show = () => {
    const wanted = field('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const which = pass[field('which').value], system = field('system')?.value, by = field('sort').value;
    const found = rows.filter(row => which(row) && (!system || row.dataset.system === system) &&
      wanted.every(word => words.get(row).includes(word)));
    if (by !== 'name') found.sort((a, b) => b.dataset[by] - a.dataset[by]);
    const shown = new Set(found.slice(0, limit));
    for (const row of rows) row.hidden = !shown.has(row);
    list.append(...found);
    count.textContent = `${found.length} of ${rows.length} tenants` +
      (shown.size < found.length ? `, the first ${shown.size} shown` : '');
    more.hidden = shown.size === found.length;
  };
  const anew = () => { limit = step; show(); };
  tools.addEventListener('input', anew);
  tools.addEventListener('submit', event => event.preventDefault());
  more.addEventListener('click', () => { limit += 10 * step; show(); });
  // On paper, all that were asked for.
  addEventListener('beforeprint', () => { limit = Infinity; show(); });
  tools.hidden = false;
  show();
})();
