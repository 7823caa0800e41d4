// The page: which models and tasks there are, the form of the chosen one, and its answer.

import { element } from "./elements.js";
import { TASKS } from "./tasks.js";

const byId = (id) => document.getElementById(id);
const [model, task, fields, form, answer, status] = ["model", "task", "fields", "question", "answer", "status"].map(byId);
const KEY = "tesserae-api-key";

let models = [];
let picture = null; // { name, type, data: base64 without a prefix, url }
let asked = 0; // answers to older questions are not shown

byId("key").value = sessionStorage.getItem(KEY) ?? "";
byId("key").addEventListener("change", (event) => {
  sessionStorage.setItem(KEY, event.target.value);
  if (models.length === 0) open();
});
model.addEventListener("change", showTasks);
task.addEventListener("change", showFields);
byId("example").addEventListener("click", fillExample);
byId("copy").addEventListener("click", copyCommand);
form.addEventListener("submit", ask);
open();

async function open() {
  try {
    const response = await fetch("/v1/tasks", { headers: headers() });
    if (!response.ok) throw await failure(response);
    models = (await response.json()).models;
  } catch (error) {
    byId("model-description").textContent = `The models are not known: ${error.message}`;
    return;
  }
  model.replaceChildren(...models.map((one) => element("option", { value: one.model }, one.model)));
  for (const control of [model, task, byId("ask"), byId("example")]) control.disabled = false;
  showTasks();
}

function headers() {
  const key = byId("key").value;
  return key === "" ? {} : { Authorization: `Bearer ${key}` };
}

const chosenModel = () => models.find((one) => one.model === model.value);

function showTasks() {
  byId("model-description").textContent = chosenModel().description;
  const before = task.value;
  const known = chosenModel().tasks.filter((name) => TASKS[name]);
  task.replaceChildren(...known.map((name) => element("option", { value: name }, `${TASKS[name].title} (${name})`)));
  if (known.includes(before)) task.value = before;
  showFields();
}

function showFields() {
  const chosen = TASKS[task.value];
  byId("task-explanation").textContent = chosen.explanation;
  byId("example").hidden = !chosen.example;
  fields.replaceChildren(...chosen.fields.map(field));
}

function field({ name, label, kind, optional, value }) {
  const id = `field-${name}`;
  if (kind === "picture") return pictureField(id, label);
  const control = kind === "area" ? element("textarea", { id, name, rows: 5, required: !optional })
    : element("input", { id, name, type: { line: "text", check: "checkbox", number: "number" }[kind],
      required: !optional && kind !== "check", value, min: kind === "number" ? 1 : undefined });
  const caption = element("label", { for: id }, label);
  return kind === "check" ? element("div", { class: "field check" }, control, caption)
    : element("div", { class: "field" }, caption, control);
}

function pictureField(id, label) {
  const chooser = element("input", { id, type: "file", accept: "image/*", "aria-describedby": `${id}-hint` });
  const preview = element("div");
  const drop = element("div", { class: "drop" }, element("label", { for: id }, label), chooser,
    element("p", { id: `${id}-hint`, class: "quiet" }, "Choose a file, drop one here, or paste one."), preview);
  const show = () => preview.replaceChildren(...(picture ? [element("img", { src: picture.url, alt: `Your picture, ${picture.name}` })] : []));
  const take = async (file) => {
    if (!file) return;
    picture = await readPicture(file);
    show();
  };
  chooser.addEventListener("change", () => take(chooser.files[0]));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  document.onpaste = (event) => take([...event.clipboardData.files].find((file) => file.type.startsWith("image/")));
  show();
  return drop;
}

function readPicture(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve({ name: file.name, url: reader.result, data: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.readAsDataURL(file);
  });
}

function fillExample() {
  for (const [name, value] of Object.entries(TASKS[task.value].example)) byId(`field-${name}`).value = value;
  form.requestSubmit();
}

function given() {
  const values = { image: picture?.data };
  for (const { name, kind } of TASKS[task.value].fields) {
    if (kind === "check") values[name] = byId(`field-${name}`).checked;
    else if (kind !== "picture") values[name] = byId(`field-${name}`).value.trim();
  }
  return values;
}

async function ask(event) {
  event.preventDefault();
  const chosen = TASKS[task.value];
  if (chosen.fields.some((one) => one.kind === "picture") && !picture) return fail("There is no picture yet: choose a file, or drop one.");
  const values = given();
  const mine = ++asked;
  status.className = "quiet";
  status.textContent = "Computing …";
  form.setAttribute("aria-busy", "true");
  const start = performance.now();
  try {
    if (chosen.page) await showPage(values, mine);
    else await showAnswer(chosen, values, mine);
    if (mine === asked) status.textContent = `Answered in ${Math.round(performance.now() - start)} ms.`;
  } catch (error) {
    if (mine === asked) fail(error.message);
  } finally {
    if (mine === asked) form.removeAttribute("aria-busy");
  }
}

async function showAnswer(chosen, values, mine) {
  const body = { model: model.value, ...chosen.body(values) };
  const path = `/v1/tasks/${task.value}`;
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers() }, body: JSON.stringify(body) });
  if (!response.ok) throw await failure(response);
  const answers = await response.json();
  if (mine !== asked) return;
  answer.replaceChildren(chosen.draw(answers, values));
  byId("request").textContent = command(path, body);
  byId("response").textContent = excerpt(answers);
  byId("raw").hidden = false;
}

/** Attention is drawn by the server, as the command line draws it: a page of its own for a text, a picture for a picture. */
async function showPage(values, mine) {
  const body = { model: model.value, inputs: [values.image ? { image: values.image } : values.text] };
  const response = await fetch("/v1/attention", { method: "POST", headers: { "Content-Type": "application/json", ...headers() }, body: JSON.stringify(body) });
  if (!response.ok) throw await failure(response);
  if (mine !== asked) return;
  byId("raw").hidden = true;
  if (response.headers.get("Content-Type").startsWith("image/")) {
    const url = URL.createObjectURL(await response.blob());
    answer.replaceChildren(element("img", { src: url, alt: "The picture, and where each head of the last layer looks" }));
  } else {
    const { page } = await response.json();
    answer.replaceChildren(element("iframe", { src: page, title: "Attention, by layer, head and token" }));
  }
}

async function failure(response) {
  if (response.status === 401) {
    byId("key-details").hidden = false;
    byId("key-details").open = true;
    byId("key").focus();
  }
  let message;
  try {
    const body = await response.json();
    message = body.error ?? body.message;
  } catch {
    message = "";
  }
  return new Error(message || `The server said ${response.status}.`);
}

function fail(message) {
  answer.replaceChildren();
  byId("raw").hidden = true;
  status.className = "message error";
  status.textContent = message;
}

/** Long strings, as pictures are, and long lists are cut for people; programs get them whole. */
function excerpt(value) {
  const cut = (key, part) => {
    if (typeof part === "string" && part.length > 200) return `${part.slice(0, 60)}… (${part.length} characters)`;
    if (Array.isArray(part) && part.length > 12 && typeof part[0] === "number") return [...part.slice(0, 6), `… ${part.length} numbers`];
    return part;
  };
  return JSON.stringify(value, cut, 2);
}

function command(path, body) {
  const json = excerpt(body).replaceAll("'", "'\\''");
  return `curl ${location.origin}${path} \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}

async function copyCommand() {
  await navigator.clipboard.writeText(byId("request").textContent);
  byId("copy").textContent = "Copied";
  setTimeout(() => { byId("copy").textContent = "Copy the command"; }, 1500);
}
