'use strict';

// What the page was given: characters, latents and sizes as JSON, the shares as one run of unsigned 16-bit integers,
// [maps, characters], in base64; map 0 is the mean of all latents. 65535 stands for a map's largest.
const given = JSON.parse(document.getElementById('attention').textContent);
const { characters, latents, largest, rows, colours } = given;
const count = characters.length;
const bytes = Uint8Array.from(atob(document.getElementById('shares').textContent.trim()), c => c.charCodeAt(0));
const PERCENTILE = 0.99; // the last colour begins here, see HeatRange.java

const state = {
  map: given.chosen,  // that is drawn where nothing is pointed at
  overMap: null,      // under the pointer, or focused
  over: null,         // a character under the pointer, or the keys' own
  pinned: null,       // a character, until it is let go
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
const effective = number => number.toFixed(number < 99.95 ? 1 : 0);

/** A character as it can be shown: what is invisible, or would turn the line around, is named. */
const visible = text => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, c => c === '\n' ? '\u21b5'
  : '\u2039' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '\u203a');
const named = index => create('strong', {}, create('bdi', { textContent: characters[index][0] === ' ' ? 'a space' : visible(characters[index][0]) }));
const nameOf = map => map === 0 ? 'All latents' : `Latent ${latents[map - 1].number}`;

// ---- the numbers

function shareOf(map, character) {
  const at = 2 * (map * count + character);
  return (bytes[at] | bytes[at + 1] << 8) / 65535 * largest[map];
}

/** What a map's colours stand for, as in HeatRange.java. */
function rangeOf(map) {
  const sorted = Float64Array.from({ length: count }, (_, i) => shareOf(map, i)).sort();
  const rank = PERCENTILE * (count - 1), below = sorted[Math.floor(rank)], above = sorted[Math.ceil(rank)];
  const bright = below + (above - below) * (rank - Math.floor(rank));
  const least = sorted[0], most = sorted[count - 1];
  return { least, most, bright: bright > least ? bright : most };
}

const ramp = Array.from({ length: 256 }, (_, i) => {
  const hex = colours[Math.round(i / 255 * (colours.length - 1))];
  const [red, green, blue] = [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16));
  return { paint: `rgb(${red} ${green} ${blue})`, ink: 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#1d1b22' : '#ffffff' };
});

// ---- latents

const buttons = [];
function buildLatents() {
  for (let map = 0; map <= latents.length; map++) {
    const fill = create('span', { className: 'fill' });
    const share = create('span', { className: 'share' });
    const name = create('span', { textContent: map === 0 ? 'all' : String(latents[map - 1].number) });
    const button = create('button', { type: 'button', className: 'latent' }, name, create('span', { className: 'track' }, fill), share);
    button.setAttribute('aria-label', nameOf(map));
    button.tabIndex = map === state.map ? 0 : -1;
    button.onpointerenter = event => { if (event.pointerType === 'mouse') pointMap(map); };
    button.onpointerleave = event => { if (event.pointerType === 'mouse') pointMap(null); };
    button.onfocus = () => { buttons.forEach((other, i) => { other.button.tabIndex = i === map ? 0 : -1; }); pointMap(map); };
    button.onblur = () => pointMap(null);
    button.onclick = () => { state.map = map; draw(); };
    button.onkeydown = event => {
      const target = { ArrowUp: map - 1, ArrowDown: map + 1, Home: 0, End: latents.length }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      buttons[Math.max(0, Math.min(latents.length, target))].button.focus();
    };
    buttons.push({ button, fill, share });
    $('latents').append(button);
  }
}

// ---- the text

const spans = [];
function buildText() {
  const text = $('text');
  let sequence = 0;
  characters.forEach(([character, of], index) => {
    if (of === 1 && sequence === 0) { text.append('\n'); sequence = 1; }
    const span = create('span', { className: of < 0 ? 'character added' : 'character', textContent: visible(character) });
    span.dataset.index = index;
    spans.push(span);
    text.append(span);
    if (character === '\n') text.append('\n');
  });
  const indexAt = event => {
    const index = event.target.dataset && event.target.dataset.index;
    return index === undefined ? null : Number(index);
  };
  text.onpointermove = event => { if (event.pointerType === 'mouse') point(indexAt(event)); };
  text.onpointerleave = event => { if (event.pointerType === 'mouse') point(null); };
  text.onclick = event => pin(indexAt(event));
  text.onblur = () => point(null);
  text.onkeydown = event => {
    const at = state.over ?? state.pinned;
    if ((event.key === 'Enter' || event.key === ' ') && at !== null) { event.preventDefault(); pin(at); }
    const target = at === null ? 0 : { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1 }[event.key];
    const known = { ArrowLeft: target, ArrowUp: target, ArrowRight: target, ArrowDown: target, Home: 0, End: count - 1 }[event.key];
    if (known === undefined) return;
    event.preventDefault();
    state.pinned = null;
    point(Math.max(0, Math.min(count - 1, known)));
    spans[state.over].scrollIntoView({ block: 'nearest' });
  };
}

// ---- what is pointed at

function pointMap(map) {
  if (state.overMap === map) return;
  state.overMap = map;
  draw();
}

function point(character) {
  if (state.over === character) return;
  state.over = character;
  draw();
}

function pin(character) {
  state.pinned = character === state.pinned ? null : character;
  draw();
}

function release() {
  state.pinned = state.over = null;
  draw();
}

// ---- all of it

function describe(map, character) {
  const status = $('status');
  if (character !== null) {
    const best = latents.map((latent, i) => [shareOf(i + 1, character), latent.number])
      .sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, 3).map(([share, number]) => `latent ${number} ${percent(share)}`);
    const size = characters[character][2];
    status.replaceChildren(named(character), ` (${size} ${size === 1 ? 'row' : 'rows'}) has ${percent(shareOf(0, character))} of all reading; most of `
      + `these latents: ${best.join(', ')}.`);
  } else {
    let strongest = 0;
    for (let i = 1; i < count; i++) if (shareOf(map, i) > shareOf(map, strongest)) strongest = i;
    const reads = map === 0 ? 'together read most of ' : `reads ${effective(latents[map - 1].rows)} of ${rows} rows in effect, most of `;
    status.replaceChildren(`${nameOf(map)} ${reads}`, named(strongest), `: ${percent(shareOf(map, strongest))}.`);
  }
}

let painted = null; // the map that the text shows
function paint(map) {
  const { least, bright, most } = rangeOf(map);
  spans.forEach((span, i) => {
    const position = bright > least ? Math.max(0, Math.min(1, (shareOf(map, i) - least) / (bright - least))) : 0.5;
    const colour = ramp[Math.round(255 * position)];
    span.style.background = colour.paint;
    span.style.color = colour.ink;
  });
  $('text-name').textContent = nameOf(map);
  $('least').textContent = percent(least);
  $('most').textContent = bright === most ? percent(most) : percent(bright) + ' to ' + percent(most);
  painted = map;
}

let marked = null;
function draw() {
  const map = state.overMap ?? state.map;
  const character = state.over ?? state.pinned;
  if (painted !== map) paint(map);
  if (marked !== null) spans[marked].classList.remove('chosen');
  if (character !== null) spans[character].classList.add('chosen');
  marked = character;
  const values = buttons.map((_, i) => character !== null ? shareOf(i, character) : i === 0 ? rows : latents[i - 1].rows);
  const highest = character !== null ? Math.max(...values) : rows;
  buttons.forEach(({ button, fill, share }, i) => {
    button.classList.toggle('chosen', i === map);
    button.classList.toggle('pinned', i === state.map);
    button.setAttribute('aria-pressed', i === state.map);
    fill.style.width = character === null && i === 0 ? '0' : `${highest > 0 ? 100 * values[i] / highest : 0}%`;
    share.textContent = character !== null ? percent(values[i]) : i === 0 ? '' : effective(values[i]);
  });
  $('latents-note').textContent = character !== null
    ? 'How much of each latent\u2019s attention this character has.'
    : `How many of the ${rows} rows each reads in effect: the exponential of the entropy of its shares. Point at one, click to hold it.`;
  describe(map, character);
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

const strip = $('ramp').getContext('2d');
ramp.forEach((colour, x) => { strip.fillStyle = colour.paint; strip.fillRect(x, 0, 1, 1); });
dress();
buildLatents();
buildText();
$('page').hidden = false;
$('theme').onclick = () => { wanted = root.dataset.theme === 'dark' ? 'light' : 'dark'; dress(); };
system.onchange = dress;
document.addEventListener('keydown', event => { if (event.key === 'Escape') release(); });
draw();
