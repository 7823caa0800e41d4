'use strict';

// What the page was given: names and sizes as JSON, the weights as one run of unsigned integers,
// [layers, heads, tokens, tokens], in base64.
const given = JSON.parse(document.getElementById('attention').textContent);
const { tokens, layers, heads, bits, colours } = given;
const n = tokens.length;
const bytes = Uint8Array.from(atob(document.getElementById('weights').textContent.trim()), c => c.charCodeAt(0));
const MEAN = heads; // the column after the last head
const special = tokens.map(token => /^(\[[A-Z]+\d*\]|<\/?[a-z|_]+>)$/.test(token));

const state = {
  layer: layers - 1, head: MEAN, view: 'lines', leaveOut: false,
  chosen: null,  // {side: 'from' | 'to', index}: under the pointer, or focused
  pinned: null,  // likewise, until it is let go
  cell: null,    // [row, column] of the matrix
};

const $ = id => document.getElementById(id);
const create = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const percent = share => {
  const value = 100 * share;
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 3) + ' %';
};

/** A token as it can be shown: what is invisible, or would turn the line around, is named. */
function visible(token) {
  if (token === '') return '(empty)';
  if (token.trim() === '') return '\u2423'.repeat(Math.min(8, token.length));
  return token.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    c => '\u2039' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u203a');
}
const shown = tokens.map(visible);

// ---- the numbers

/** One stored value, 0 to 1. Eight bits hold the square root: finer where shares are small. */
function stored(i) {
  return bits === 16 ? (bytes[2 * i] | bytes[2 * i + 1] << 8) / 65535 : (bytes[i] / 255) ** 2;
}

/** One head's map, or the mean of the layer's heads: [tokens * tokens]. */
function mapOf(layer, head) {
  const map = new Float32Array(n * n);
  const first = head === MEAN ? 0 : head, last = head === MEAN ? heads - 1 : head;
  for (let h = first; h <= last; h++) {
    const start = (layer * heads + h) * n * n;
    for (let i = 0; i < n * n; i++) map[i] += stored(start + i) / (last - first + 1);
  }
  return map;
}

function withoutSpecial(map) {
  if (state.leaveOut) {
    for (let i = 0; i < n * n; i++) if (special[i % n] || special[Math.floor(i / n)]) map[i] = 0;
  }
  return map;
}

let map, most;
function readMap() {
  map = withoutSpecial(mapOf(state.layer, state.head));
  most = map.reduce((a, b) => Math.max(a, b), 0);
}

// ---- colours

const root = document.documentElement;
const dark = () => root.dataset.theme === 'dark';
let ramp; // [256][3]: from the paper's lightness to its opposite
function readRamp() {
  const all = colours.map(hex => [0, 2, 4].map(i => parseInt(hex.slice(i, i + 2), 16)));
  if (!dark()) all.reverse();
  ramp = Array.from({ length: 256 }, (_, i) => all[Math.round(i / 255 * (all.length - 1))]);
}
const colourOf = (value, max) => ramp[max > 0 ? Math.round(255 * Math.sqrt(Math.min(1, value / max))) : 0];

/** A map in the pixels of a canvas; a pixel of several cells has the largest. */
function paint(canvas, values, size) {
  canvas.width = canvas.height = size;
  const pooled = new Float32Array(size * size);
  let max = 0;
  for (let row = 0; row < n; row++) {
    const y = Math.floor(row * size / n);
    for (let column = 0; column < n; column++) {
      const at = y * size + Math.floor(column * size / n);
      const value = values[row * n + column];
      if (value > pooled[at]) pooled[at] = value;
      if (value > max) max = value;
    }
  }
  const context = canvas.getContext('2d');
  const image = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    const [red, green, blue] = colourOf(pooled[i], max);
    image.data.set([red, green, blue, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

// ---- overview: layers by heads

const nameOf = (layer, head) =>
  `layer ${layer + 1}, ${head === MEAN ? `mean of ${heads} heads` : `head ${head + 1}`}`;
const thumbs = [];
function buildOverview() {
  const table = create('table');
  const top = create('tr', {}, create('td'));
  for (let head = 0; head <= heads; head++) {
    top.append(create('th', { scope: 'col', textContent: head === MEAN ? 'mean' : head + 1 }));
  }
  table.append(create('caption', { className: 'faint', textContent: 'heads \u2192' }), top);
  for (let layer = 0; layer < layers; layer++) {
    const line = create('tr', {}, create('th', { scope: 'row', textContent: layer + 1 }));
    for (let head = 0; head <= heads; head++) {
      const canvas = create('canvas', { width: 1, height: 1 });
      const button = create('button', { type: 'button', title: nameOf(layer, head) }, canvas);
      button.setAttribute('aria-label', nameOf(layer, head));
      button.onclick = () => choose(layer, head);
      button.onkeydown = event => {
        const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (!step) return;
        event.preventDefault();
        choose((layer + step[0] + layers) % layers, (head + step[1] + heads + 1) % (heads + 1), true);
      };
      (thumbs[layer] ??= [])[head] = { button, canvas };
      line.append(create('td', {}, button));
    }
    table.append(line);
  }
  $('overview').style.setProperty('--thumb', Math.max(30, Math.min(72, Math.floor(430 / (heads + 1)))) + 'px');
  $('overview').append(table);
}

let painting = 0;
/** A layer at a time, so that a large page answers meanwhile. */
function paintOverview() {
  const turn = ++painting;
  const next = layer => {
    if (layer === layers || turn !== painting) return;
    for (let head = 0; head <= heads; head++) {
      paint(thumbs[layer][head].canvas, withoutSpecial(mapOf(layer, head)), Math.min(n, 64));
    }
    setTimeout(next, 0, layer + 1);
  };
  next(0);
}

function choose(layer, head, focus) {
  thumbs[state.layer][state.head].button.setAttribute('aria-pressed', 'false');
  Object.assign(state, { layer, head });
  readMap();
  draw();
  if (focus) thumbs[layer][head].button.focus();
}

// ---- two columns and lines between them

const ROW = 25, HEAD = 26, MOST_LINES = 1500;
const SVG = 'http://www.w3.org/2000/svg';
const columns = { from: [], to: [] };

function buildLines() {
  const host = $('lines');
  host.append(document.createElementNS(SVG, 'svg'));
  for (const side of ['from', 'to']) {
    const column = create('div', { className: 'column ' + side },
      create('h3', { textContent: side === 'from' ? 'looks\u2026' : '\u2026at' }));
    tokens.forEach((token, index) => {
      const button = create('button', { type: 'button', className: 'token', title: shown[index] },
        create('bdi', { textContent: shown[index] }), create('span', { className: 'share' }));
      button.tabIndex = side === 'from' && index === 0 ? 0 : -1;
      button.setAttribute('aria-label', `${shown[index]}, token ${index + 1}, ${side === 'from' ? 'looks at' : 'is looked at by'}`);
      button.onpointerenter = () => point({ side, index });
      button.onpointerleave = () => point(null);
      button.onfocus = () => { rove(button); point({ side, index }); };
      button.onblur = () => point(null);
      button.onclick = () => pin({ side, index });
      button.onkeydown = event => step(event, side, index);
      columns[side].push(button);
      column.append(button);
    });
    host.append(column);
  }
}

function rove(button) {
  for (const side of ['from', 'to']) for (const other of columns[side]) other.tabIndex = -1;
  button.tabIndex = 0;
}

function step(event, side, index) {
  const last = n - 1;
  const target = {
    ArrowUp: [side, Math.max(0, index - 1)], ArrowDown: [side, Math.min(last, index + 1)],
    Home: [side, 0], End: [side, last], ArrowLeft: ['from', index], ArrowRight: ['to', index],
  }[event.key];
  if (event.key === 'Escape') pin(null);
  if (!target) return;
  event.preventDefault();
  columns[target[0]][target[1]].focus();
}

function point(chosen) {
  state.chosen = chosen;
  if (!state.pinned) drawLines();
}

function pin(target) {
  const same = target && state.pinned && state.pinned.side === target.side && state.pinned.index === target.index;
  state.pinned = same ? null : target;
  drawLines();
}

const other = side => side === 'from' ? 'to' : 'from';
/** What a token gives to each, or gets from each. */
const sharesOf = ({ side, index }) =>
  tokens.map((_, i) => side === 'from' ? map[index * n + i] : map[i * n + index]);

function strongest() {
  const floor = 0.01;
  const pairs = [];
  for (let i = 0; i < n * n; i++) if (map[i] >= floor) pairs.push(i);
  if (pairs.length > MOST_LINES) pairs.sort((a, b) => map[b] - map[a]).length = MOST_LINES;
  return pairs;
}

function drawLines() {
  if (state.view !== 'lines') return;
  const svg = $('lines').firstElementChild;
  const focus = state.pinned ?? state.chosen;
  const left = columns.from[0].offsetWidth, right = columns.to[0].parentElement.offsetLeft;
  const line = (from, to, weight, colour) => {
    const element = document.createElementNS(SVG, 'line');
    element.setAttribute('x1', left + 3);
    element.setAttribute('x2', right - 3);
    element.setAttribute('y1', HEAD + ROW * (from + 0.5));
    element.setAttribute('y2', HEAD + ROW * (to + 0.5));
    element.style.stroke = `var(--${colour})`;
    element.style.strokeWidth = 0.8 + 4 * Math.sqrt(weight);
    element.style.strokeOpacity = Math.min(1, 0.05 + Math.sqrt(weight));
    return element;
  };
  const found = [];
  for (const side of ['from', 'to']) {
    for (const button of columns[side]) {
      button.classList.remove('chosen');
      button.style.setProperty('--strength', 0);
      button.lastElementChild.textContent = '';
    }
  }
  if (focus) {
    const shares = sharesOf(focus);
    const largest = Math.max(...shares);
    columns[focus.side][focus.index].classList.add('chosen');
    shares.forEach((share, i) => {
      const button = columns[other(focus.side)][i];
      button.style.setProperty('--strength', largest > 0 ? 0.5 * share / largest : 0);
      if (share >= 0.0005) {
        button.lastElementChild.textContent = percent(share);
        found.push(focus.side === 'from' ? line(focus.index, i, share, 'gives') : line(i, focus.index, share, 'takes'));
      }
    });
  } else {
    for (const i of strongest()) found.push(line(Math.floor(i / n), i % n, map[i], 'accent'));
  }
  svg.replaceChildren(...found);
  describe(focus);
}

// ---- matrix

const LABELLED = 13; // pixels a cell must have for its token to be written beside it
let plot; // where the cells are: {left, top, cell}

function drawMatrix() {
  if (state.view !== 'matrix') return;
  const host = $('matrix'), canvas = host.firstElementChild;
  const style = getComputedStyle(root);
  const context = canvas.getContext('2d');
  context.font = '13px system-ui, sans-serif';
  const room = Math.max(200, host.clientWidth);
  const cut = text => [...text].length > 16 ? [...text].slice(0, 15).join('') + '\u2026' : text;
  const labels = shown.map(cut);
  let margin = Math.ceil(Math.max(...labels.map(label => context.measureText(label).width))) + 12;
  let cell = Math.min(30, Math.floor((room - margin) / n));
  if (cell < LABELLED && n <= 64) cell = LABELLED; // then it scrolls
  if (cell < LABELLED) { margin = 2; cell = Math.max(1, Math.floor((room - margin) / n)); }
  plot = { left: margin, top: margin, cell };
  const side = margin + cell * n + 2;
  const scale = side * (devicePixelRatio || 1) > 8000 ? 1 : devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(side * scale);
  canvas.style.width = canvas.style.height = side + 'px';
  context.scale(scale, scale);
  const small = create('canvas');
  paint(small, map, n);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, margin, margin, cell * n, cell * n);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = '13px system-ui, sans-serif';
  context.textBaseline = 'middle';
  if (cell >= LABELLED) {
    labels.forEach((label, i) => {
      const middle = margin + (i + 0.5) * cell;
      context.textAlign = 'right';
      context.fillText(label, margin - 6, middle);
      context.save();
      context.translate(middle, margin - 6);
      context.rotate(-Math.PI / 2);
      context.textAlign = 'left';
      context.fillText(label, 0, 0);
      context.restore();
    });
  }
  if (state.cell) {
    const [row, column] = state.cell;
    context.strokeStyle = style.getPropertyValue('--takes');
    context.lineWidth = 2;
    context.strokeRect(margin + column * cell - 1, margin + row * cell - 1, cell + 2, cell + 2);
  }
  describe(null);
}

function cellAt(event) {
  const box = $('matrix').firstElementChild.getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left - plot.left) / plot.cell);
  const row = Math.floor((event.clientY - box.top - plot.top) / plot.cell);
  return row >= 0 && row < n && column >= 0 && column < n ? [row, column] : null;
}

function buildMatrix() {
  const canvas = create('canvas', { tabIndex: 0 });
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'matrix of attention; arrow keys go from cell to cell');
  $('matrix').append(canvas);
  const move = cell => {
    if (String(cell) !== String(state.cell)) {
      state.cell = cell;
      drawMatrix();
    }
  };
  canvas.onpointermove = canvas.onpointerdown = event => move(cellAt(event));
  canvas.onpointerleave = event => { if (event.pointerType === 'mouse') move(null); };
  canvas.onkeydown = event => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const [row, column] = state.cell ?? [0, 0];
    move(state.cell ? [(row + by[0] + n) % n, (column + by[1] + n) % n] : [0, 0]);
  };
}

// ---- what is seen, in words

function named(index) {
  return create('strong', {}, create('bdi', { textContent: shown[index] }));
}

function describe(focus) {
  const status = $('status');
  if (state.view === 'matrix' && state.cell) {
    const [row, column] = state.cell;
    status.replaceChildren(named(row), ` (${row + 1}) gives `,
      create('strong', { className: 'gives', textContent: percent(map[row * n + column]) }),
      ' of its attention to ', named(column), ` (${column + 1}).`);
  } else if (focus && state.view === 'lines') {
    const shares = sharesOf(focus);
    const best = shares.map((share, i) => [share, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, 3)
      .filter(([share]) => share > 0);
    const parts = [named(focus.index)];
    const tone = focus.side === 'from' ? 'gives' : 'takes';
    parts.push(focus.side === 'from' ? ' looks most at ' : ' is looked at most by ');
    best.forEach(([share, i], place) => {
      if (place) parts.push(', ');
      parts.push(named(i), ' ', create('span', { className: tone, textContent: percent(share) }));
    });
    parts.push('.');
    status.replaceChildren(...(best.length ? parts : [named(focus.index), ' is left out.']));
  } else {
    status.textContent = state.view === 'lines'
      ? 'Point at a token, or walk with the arrow keys, to see whom it looks at (left) and who looks at it (right). Click to hold.'
      : 'A row shows where its token looks. Point at a cell, or walk with the arrow keys, for the value.';
  }
}

// ---- all of it

function draw() {
  thumbs[state.layer][state.head].button.setAttribute('aria-pressed', 'true');
  $('name').textContent = nameOf(state.layer, state.head).replace(/^l/, 'L');
  for (const view of ['lines', 'matrix']) {
    $(view).hidden = state.view !== view;
    $('show-' + view).setAttribute('aria-selected', state.view === view);
    $('show-' + view).tabIndex = state.view === view ? 0 : -1;
  }
  $('legend').hidden = state.view !== 'matrix';
  $('quarter').textContent = percent(most / 4);
  $('most').textContent = percent(most);
  const strip = $('ramp'), context = strip.getContext('2d');
  for (let x = 0; x < strip.width; x++) {
    context.fillStyle = `rgb(${ramp[Math.floor(x * 256 / strip.width)]})`;
    context.fillRect(x, 0, 1, strip.height);
  }
  drawLines();
  drawMatrix();
}

function show(view) {
  state.view = view;
  draw();
}

const system = matchMedia('(prefers-color-scheme: dark)');
let wanted = null; // nothing chosen: as the system has it
function dress() {
  root.dataset.theme = wanted ?? (system.matches ? 'dark' : 'light');
  $('theme').textContent = dark() ? 'Light' : 'Dark';
  $('theme').setAttribute('aria-label', dark() ? 'light colours' : 'dark colours');
  readRamp();
}
function redress() {
  dress();
  draw();
  paintOverview();
}

dress();
buildOverview();
buildLines();
buildMatrix();
$('show-lines').onclick = () => show('lines');
$('show-matrix').onclick = () => show('matrix');
for (const [view, next] of [['lines', 'matrix'], ['matrix', 'lines']]) {
  $('show-' + view).onkeydown = event => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') { show(next); $('show-' + next).focus(); }
  };
}
$('theme').onclick = () => { wanted = dark() ? 'light' : 'dark'; redress(); };
system.onchange = redress;
$('leave-out-label').hidden = !special.includes(true) || special.every(Boolean);
$('leave-out').onchange = event => { state.leaveOut = event.target.checked; readMap(); draw(); paintOverview(); };
new ResizeObserver(() => { drawLines(); drawMatrix(); }).observe($('views'));
readMap();
draw();
paintOverview();
$('page').hidden = false;
drawLines();
