// What the page is made of. Texts are always text nodes: nothing that a model or a person writes becomes markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const percent = (score) => `${(100 * score).toFixed(1)} %`;

/** Labels with their scores, each with a bar as long as its score. */
export function bars(rows, labelHeading = "Label", heading = "Score", shown = percent) {
  const scale = Math.max(1, ...rows.map((row) => row.score));
  const drawn = rows.every((row) => row.score >= 0); // what is below zero has no length
  const body = element("tbody");
  for (const { label, score } of rows) {
    const bar = element("i", { "aria-hidden": "true" });
    bar.style.width = drawn ? `${(100 * score) / scale}%` : "0";
    const cell = element("td", { class: "bar" }, bar, element("span", {}, label));
    body.append(element("tr", {}, cell, element("td", { class: "number" }, shown(score))));
  }
  const head = element("thead", {}, element("tr", {},
    element("th", { scope: "col" }, labelHeading), element("th", { scope: "col", class: "number" }, heading)));
  return element("table", {}, head, body);
}

/** A text in which spans are marked; each is { start, end, name, score }, in code points, in order. */
export function marked(text, spans) {
  const points = Array.from(text);
  const names = [...new Set(spans.map((span) => span.name))];
  const paragraph = element("p", { class: "text" });
  let at = 0;
  for (const span of spans) {
    if (span.start < at) continue; // what overlaps is in the table below
    paragraph.append(points.slice(at, span.start).join(""));
    paragraph.append(element("mark", { class: `kind-${names.indexOf(span.name) % 6}`, title: percent(span.score) },
      points.slice(span.start, span.end).join(""), element("b", {}, span.name)));
    at = span.end;
  }
  paragraph.append(points.slice(at).join(""));
  return paragraph;
}

/** How alike vectors are, each with each: cosines. */
export function likeness(names, vectors) {
  const lengths = vectors.map((vector) => Math.hypot(...vector));
  const product = (a, b) => vectors[a].reduce((sum, value, i) => sum + value * vectors[b][i], 0);
  const cosine = (a, b) => product(a, b) / (lengths[a] * lengths[b]);
  const head = element("tr", {}, element("td", {}, "Cosine"));
  names.forEach((name, i) => head.append(element("th", { scope: "col", title: name }, `${i + 1}`)));
  const body = element("tbody");
  names.forEach((name, row) => {
    const line = element("tr", {}, element("th", { scope: "row", title: name }, `${row + 1}. ${name}`));
    names.forEach((_, column) => {
      const value = cosine(row, column);
      const cell = element("td", {}, value.toFixed(2));
      cell.style.background = `rgb(var(--warm) / ${Math.max(0, value) * 0.55})`;
      line.append(cell);
    });
    body.append(line);
  });
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "How alike they are" },
    element("table", { class: "likeness" }, element("thead", {}, head), body));
}
