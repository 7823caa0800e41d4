'use strict';

// What the page was given: the sentence and sizes as JSON, the weights as one run of unsigned 16-bit integers,
// [words, layers, patches], in base64.
const given = JSON.parse(document.getElementById('attention').textContent);
const { caption, words, layers, rows, columns, width, height, seen, colours } = given;
const patches = rows * columns;
const bytes = Uint8Array.from(atob(document.getElementById('weights').textContent.trim()), c => c.charCodeAt(0));
const ALL = -1; // the mean of all layers
const PERCENTILE = 0.99; // the last colour begins here, see HeatRange.java

const state = {
  layer: given.layer,
  over: null,    // {word} or {patch}: under the pointer, or focused
  pinned: null,  // likewise, until it is let go
};

const $ = id => document.getElementById(id);
const create = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const percent = share => {
  const value = 100 * share;
  return value.toFixed(value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : 3) + '\u00a0%';
};

/** A text as it can be shown: what is invisible, or would turn the line around, is named. */
const visible = text => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
  c => '\u2039' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u203a');
const shown = words.map(({ start, end }) => visible(caption.slice(start, end)));
const strong = index => create('strong', {}, create('bdi', { textContent: shown[index] }));

// ---- the numbers

/** A word's map in the layer that is chosen: [patches]. */
function mapOf(word) {
  const map = new Float64Array(patches);
  const first = state.layer === ALL ? 0 : state.layer, last = state.layer === ALL ? layers - 1 : state.layer;
  for (let layer = first; layer <= last; layer++) {
    const start = (word * layers + layer) * patches;
    for (let i = 0; i < patches; i++) {
      map[i] += (bytes[2 * (start + i)] | bytes[2 * (start + i) + 1] << 8) / 65535 / (last - first + 1);
    }
  }
  return map;
}

let maps;
const readMaps = () => { maps = words.map((_, word) => mapOf(word)); };
const sumOf = map => map.reduce((a, b) => a + b, 0);

/** What a map's colours stand for, as in HeatRange.java. */
function rangeOf(map) {
  const sorted = Float64Array.from(map).sort();
  const rank = PERCENTILE * (patches - 1), below = sorted[Math.floor(rank)], above = sorted[Math.ceil(rank)];
  const bright = below + (above - below) * (rank - Math.floor(rank));
  const least = sorted[0], most = sorted[patches - 1];
  return { least, most, bright: bright > least ? bright : most };
}

// ---- the picture

const ramp = Array.from({ length: 256 }, (_, i) => {
  const hex = colours[Math.round(i / 255 * (colours.length - 1))];
  return [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16));
});

/** Four weights of Catmull and Rom's spline, and the four values that they are for. */
function spline(position, count) {
  const base = Math.floor(position), t = position - base;
  return {
    weights: [((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1, ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t],
    places: [-1, 0, 1, 2].map(step => Math.max(0, Math.min(count - 1, base + step))),
  };
}

/** Heat over what the model saw: as Painter.java draws it. */
function drawHeat(word) {
  const canvas = $('heat'), context = canvas.getContext('2d');
  $('picture').classList.toggle('heated', word !== null);
  if (word === null) { canvas.width = canvas.height = 1; return; }
  const size = Math.min(1, 480 / Math.max(width, height)); // the browser smooths the rest
  canvas.width = Math.max(1, Math.round(width * size));
  canvas.height = Math.max(1, Math.round(height * size));
  const image = context.createImageData(canvas.width, canvas.height);
  const map = maps[word], { least, bright } = rangeOf(map);
  const across = Array.from({ length: canvas.width }, (_, x) => ((x + 0.5) / canvas.width - seen[0]) / seen[2]);
  const splines = across.map(share => spline(share * columns - 0.5, columns));
  const line = new Float64Array(columns);
  for (let y = 0; y < canvas.height; y++) {
    const down = ((y + 0.5) / canvas.height - seen[1]) / seen[3];
    if (down < 0 || down >= 1) continue;
    const { weights, places } = spline(down * rows - 0.5, rows);
    for (let column = 0; column < columns; column++) {
      line[column] = 0;
      for (let k = 0; k < 4; k++) line[column] += weights[k] * map[places[k] * columns + column];
    }
    for (let x = 0; x < canvas.width; x++) {
      if (across[x] < 0 || across[x] >= 1) continue;
      let value = 0;
      for (let k = 0; k < 4; k++) value += splines[x].weights[k] * line[splines[x].places[k]];
      const position = bright > least ? Math.max(0, Math.min(1, (value - least) / (bright - least))) : 0.5;
      const [red, green, blue] = ramp[Math.round(255 * position)];
      image.data.set([red, green, blue, Math.round(255 * (0.45 + 0.3 * position))], 4 * (y * canvas.width + x));
    }
  }
  context.putImageData(image, 0, 0);
}

/** The lines between patches, and a frame around one. */
function drawGrid(patch) {
  const canvas = $('grid'), box = $('picture').getBoundingClientRect(), scale = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(box.width * scale));
  canvas.height = Math.max(1, Math.round(box.height * scale));
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  const left = seen[0] * box.width, top = seen[1] * box.height;
  const cellWidth = seen[2] * box.width / columns, cellHeight = seen[3] * box.height / rows;
  if ($('lines').checked && Math.min(cellWidth, cellHeight) >= 5) {
    context.fillStyle = 'rgba(255, 255, 255, 0.22)';
    for (let column = 1; column < columns; column++) context.fillRect(left + column * cellWidth - 0.5, top, 1, rows * cellHeight);
    for (let row = 1; row < rows; row++) context.fillRect(left, top + row * cellHeight - 0.5, columns * cellWidth, 1);
  }
  if (patch !== null) {
    const x = left + patch % columns * cellWidth, y = top + Math.floor(patch / columns) * cellHeight;
    for (const [colour, line] of [['#000', 5], ['#fff', 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x, y, cellWidth, cellHeight);
    }
  }
}

function patchAt(event) {
  const box = $('picture').getBoundingClientRect();
  const across = ((event.clientX - box.left) / box.width - seen[0]) / seen[2];
  const down = ((event.clientY - box.top) / box.height - seen[1]) / seen[3];
  if (across < 0 || across >= 1 || down < 0 || down >= 1) return null;
  return Math.floor(down * rows) * columns + Math.floor(across * columns);
}

// ---- words

const buttons = [], lines = [];
function buildWords() {
  const sentence = $('sentence');
  let end = 0, unit = null;
  // Signs stay in the line of the word that they stand at.
  const between = text => {
    text.split(/(\s+)/).forEach(part => {
      if (/^\s+$/.test(part)) { sentence.append(' '); unit = null; }
      else if (part) (unit ?? newUnit()).append(visible(part));
    });
  };
  const newUnit = () => {
    unit = create('span', { className: 'unit' });
    sentence.append(unit);
    return unit;
  };
  words.forEach((word, index) => {
    between(caption.slice(end, word.start));
    const button = create('button', { type: 'button', className: 'word', title: word.tokens.map(visible).join(' + ') },
      create('bdi', { textContent: shown[index] }));
    button.setAttribute('aria-pressed', 'false');
    button.tabIndex = index === 0 ? 0 : -1;
    button.onpointerenter = event => { if (event.pointerType === 'mouse') point({ word: index }); };
    button.onpointerleave = event => { if (event.pointerType === 'mouse') point(null); };
    button.onfocus = () => { rove(index); point({ word: index }); };
    button.onblur = () => point(null);
    button.onclick = () => pin({ word: index });
    button.onkeydown = event => step(event, index);
    buttons.push(button);
    (unit ?? newUnit()).append(button);
    end = word.end;
    const name = create('span', { className: 'name' }, create('bdi', { textContent: shown[index] }));
    const fill = create('div', { className: 'fill' });
    const share = create('span', { className: 'share' });
    const line = create('li', {}, name, create('div', { className: 'track' }, fill), share);
    lines.push({ line, fill, share });
    $('words').append(line);
  });
  between(caption.slice(end));
}

const rove = index => buttons.forEach((button, i) => { button.tabIndex = i === index ? 0 : -1; });

function step(event, index) {
  const last = words.length - 1;
  const target = {
    ArrowLeft: Math.max(0, index - 1), ArrowUp: Math.max(0, index - 1), Home: 0,
    ArrowRight: Math.min(last, index + 1), ArrowDown: Math.min(last, index + 1), End: last,
  }[event.key];
  if (event.key === 'Escape') release();
  if (target === undefined) return;
  event.preventDefault();
  buttons[target].focus();
}

// ---- what is pointed at

const same = (a, b) => Boolean(a && b) && a.word === b.word && a.patch === b.patch;

function point(target) {
  if (target && reading) stopReading();
  if (same(target, state.over) || (!target && !state.over)) return;
  state.over = target;
  draw();
}

function pin(target) {
  state.pinned = same(target, state.pinned) ? null : target;
  state.over = state.pinned && target;
  draw();
}

function release() {
  stopReading();
  state.pinned = state.over = null;
  draw();
}

let reading = null;
function stopReading() {
  clearTimeout(reading);
  reading = null;
  $('read').textContent = 'Read';
}

/** One word after the other. */
function read() {
  if (reading) { release(); return; }
  $('read').textContent = 'Stop';
  const next = index => {
    if (index === words.length) { release(); return; }
    state.pinned = null;
    state.over = { word: index };
    draw();
    reading = setTimeout(next, 900, index + 1);
  };
  next(0);
}

function buildPicture() {
  const picture = $('picture');
  picture.style.aspectRatio = `${width} / ${height}`;
  // As high as the window at most, so that the sentence and the picture are seen together.
  picture.style.width = `min(100%, calc(max(240px, 100vh - 230px) * ${width / height}), ${2 * width}px)`;
  $('image').classList.toggle('small', Math.max(width, height) <= 640);
  $('image').alt = `The picture that the sentence is about: ${visible(caption)}`;
  const over = event => {
    const patch = patchAt(event);
    point(patch === null ? null : { patch });
  };
  picture.onpointermove = event => { if (event.pointerType === 'mouse' && !state.pinned) over(event); };
  picture.onpointerleave = event => { if (event.pointerType === 'mouse') point(null); };
  picture.onclick = event => {
    const patch = patchAt(event);
    if (patch === null) release(); else pin({ patch });
  };
  picture.onblur = () => point(null);
  picture.onkeydown = event => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const held = state.over ?? state.pinned;
    const at = held && held.patch !== undefined ? held.patch : null;
    if (event.key === 'Escape') release();
    if ((event.key === 'Enter' || event.key === ' ') && at !== null) { event.preventDefault(); pin({ patch: at }); }
    if (!by) return;
    event.preventDefault();
    state.pinned = null;
    const row = at === null ? Math.floor(rows / 2) : (Math.floor(at / columns) + by[0] + rows) % rows;
    const column = at === null ? Math.floor(columns / 2) : (at % columns + by[1] + columns) % columns;
    point({ patch: row * columns + column });
  };
}

// ---- all of it

const placeOf = patch => `row ${Math.floor(patch / columns) + 1}, column ${patch % columns + 1}`;

function describe(target) {
  const status = $('status');
  if (!words.length) {
    status.textContent = 'The sentence has no words.';
  } else if (target && target.word !== undefined) {
    const map = maps[target.word], strongest = map.indexOf(Math.max(...map));
    status.replaceChildren(strong(target.word), ` looked most at ${placeOf(strongest)}: ${percent(map[strongest])} of its attention; `
      + `${percent(sumOf(map))} fell on patches.`);
  } else if (target) {
    const best = maps.map((map, word) => [map[target.patch], word]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, 3);
    const parts = [`The patch in ${placeOf(target.patch)} was looked at most by `];
    best.forEach(([share, word], place) => parts.push(place ? ', ' : '', strong(word), ' ' + percent(share)));
    status.replaceChildren(...parts, '.');
  } else {
    status.textContent = 'Point at a word to see its patches, or at a patch to see which words looked at it. Click or press Enter to hold, Escape to let go.';
  }
}

function draw() {
  const target = state.over ?? state.pinned;
  const word = target && target.word !== undefined ? target.word : null;
  const patch = target && target.patch !== undefined ? target.patch : null;
  drawHeat(word);
  drawGrid(patch);
  const shares = maps.map(map => patch === null ? sumOf(map) : map[patch]);
  const largest = patch === null ? 1 : Math.max(...shares);
  $('table-note').textContent = patch === null
    ? 'How much of a word\u2019s attention fell on patches; the rest fell on tokens that are none.'
    : `How much of a word\u2019s attention fell on the patch in ${placeOf(patch)}.`;
  words.forEach((_, i) => {
    const strength = largest > 0 ? Math.min(1, shares[i] / largest) : 0;
    buttons[i].style.setProperty('--strength', patch === null ? 0 : 0.75 * strength);
    buttons[i].classList.toggle('chosen', i === word);
    buttons[i].classList.toggle('pinned', Boolean(state.pinned) && state.pinned.word === i);
    buttons[i].setAttribute('aria-pressed', Boolean(state.pinned) && state.pinned.word === i);
    lines[i].line.classList.toggle('chosen', i === word);
    lines[i].fill.style.width = 100 * strength + '%';
    lines[i].share.textContent = percent(shares[i]);
  });
  if (word === null) {
    $('least').textContent = 'a word\u2019s least';
    $('most').textContent = 'its 99th percentile, and above';
  } else {
    const { least, bright, most } = rangeOf(maps[word]);
    $('least').textContent = percent(least);
    $('most').textContent = bright === most ? percent(most) : percent(bright) + ' to ' + percent(most);
  }
  describe(target);
}

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');
let wanted = null; // nothing chosen: as the system has it
function dress() {
  root.dataset.theme = wanted ?? (system.matches ? 'dark' : 'light');
  const dark = root.dataset.theme === 'dark';
  $('theme').textContent = dark ? 'Light' : 'Dark';
  $('theme').setAttribute('aria-label', dark ? 'light colours' : 'dark colours');
}

function buildLayers() {
  const select = $('layer');
  select.append(create('option', { value: ALL, textContent: 'all layers (mean)' }));
  for (let layer = 0; layer < layers; layer++) select.append(create('option', { value: layer, textContent: `layer ${layer + 1} of ${layers}` }));
  select.value = state.layer;
  select.onchange = () => { state.layer = Number(select.value); readMaps(); draw(); };
}

const strip = $('ramp').getContext('2d');
ramp.forEach((colour, x) => { strip.fillStyle = `rgb(${colour})`; strip.fillRect(x, 0, 1, 1); });
dress();
buildLayers();
buildWords();
buildPicture();
readMaps();
$('page').hidden = false;
$('read').hidden = !words.length;
$('read').onclick = read;
$('lines').onchange = draw;
$('theme').onclick = () => { wanted = root.dataset.theme === 'dark' ? 'light' : 'dark'; dress(); };
system.onchange = dress;
document.addEventListener('keydown', event => { if (event.key === 'Escape') release(); });
new ResizeObserver(draw).observe($('picture'));
draw();
