// The page: which models and tasks there are, the form of the chosen one, and its answer.

import { element } from "./elements.js";
import { chosenPicture, pictureField } from "./pictures.js";
import { TASKS } from "./tasks.js";

const byId = (id) => document.getElementById(id);
const [model, task, fields, form, answer, status] =
  ["model", "task", "fields", "question", "answer", "status"].map(byId);
const KEY = "tesserae-api-key";
const NOT_READY = 503;
const RETRY_MILLIS = 2000;

let models = [];
let asked = 0; // answers to older questions are not shown
let waiting = new AbortController(); // of the question on its way: the server does not compute what nobody reads
let wholeCommand = "";

byId("key").value = sessionStorage.getItem(KEY) ?? "";
byId("key-form").addEventListener("submit", useKey);
model.addEventListener("change", showTasks);
task.addEventListener("change", showFields);
byId("example").addEventListener("click", fillExample);
byId("copy").addEventListener("click", copyCommand);
form.addEventListener("submit", ask);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
open();

async function open() {
  try {
    models = (await (await send("/v1/tasks", {})).json()).models;
  } catch (error) {
    byId("model-description").textContent = `The models are not known: ${error.message}`;
    if (error.status === NOT_READY) setTimeout(open, RETRY_MILLIS);
    return;
  }
  model.replaceChildren(...models.map((one) => element("option", { value: one.model }, one.model)));
  for (const control of [model, task, byId("ask"), byId("example")]) control.disabled = false;
  showTasks();
}

function useKey(event) {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId("key").value.trim());
  forget();
  if (models.length === 0) open();
  else status.textContent = "The key is noted. Ask again.";
}

/** Asks the server. Whatever goes wrong is thrown as an error whose message is for people. */
async function send(path, options) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error("The server cannot be reached.");
  }
  if (response.ok) return response;
  throw await failure(response);
}

const post = (path, body) => send(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: waiting.signal,
});

async function failure(response) {
  const body = await response.json().catch(() => ({}));
  let message = body.error ?? body.message ?? `the server said ${response.status}`;
  if (response.status === 401) {
    byId("key-form").hidden = false;
    byId("key").focus();
    message = sessionStorage.getItem(KEY) ? "the key is wrong." : "this server wants a key.";
  } else if (response.status === 429) {
    message = "the server has too much to do. Ask again in a moment.";
  } else if (response.status === NOT_READY) {
    message = `${message}.`;
  }
  const error = new Error(message.charAt(0).toUpperCase() + message.slice(1));
  error.status = response.status;
  return error;
}

const chosenModel = () => models.find((one) => one.model === model.value);

/** What can be asked about a model: its tasks, and where it looks. */
const tasksOf = (one) => [...one.tasks, one.attention].filter((name) => TASKS[name]);

function showTasks() {
  const count = models.length === 1 ? "One model is" : `${models.length} models are`;
  byId("model-description").textContent = `${count} served here.`;
  byId("model-type").textContent = `Architecture: ${chosenModel().model_type}.`;
  const before = task.value;
  const known = tasksOf(chosenModel());
  task.replaceChildren(...known.map((name) => element("option", { value: name }, TASKS[name].title)));
  if (known.includes(before)) task.value = before;
  showFields();
}

function showFields() {
  const chosen = TASKS[task.value];
  byId("task-explanation").textContent = chosen.explanation;
  byId("example").hidden = !chosen.example;
  document.onpaste = null;
  fields.replaceChildren(...chosen.fields.map(field));
  forget();
}

/** The answer that is there, and the one that may come, belong to another question. */
function forget() {
  asked++;
  waiting.abort();
  show("Nothing was asked yet.");
}

function show(words, ...children) {
  form.removeAttribute("aria-busy");
  byId("raw").hidden = true;
  answer.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  answer.replaceChildren(...children);
  status.className = "quiet";
  status.textContent = words;
}

function fail(message) {
  show(message);
  status.className = "message error";
}

function field({ name, label, kind, optional }) {
  const id = `field-${name}`;
  if (kind === "picture") return pictureField(id, label, (message) => (message ? fail(message) : forget()));
  const control = kind === "area" ? element("textarea", { id, name, rows: 5, required: !optional })
    : kind === "check" ? element("input", { id, name, type: "checkbox" })
      : element("input", { id, name, type: "text", required: !optional });
  const caption = element("label", { for: id }, label);
  return kind === "check" ? element("div", { class: "field check" }, control, caption)
    : element("div", { class: "field" }, caption, control);
}

function fillExample() {
  for (const [name, value] of Object.entries(TASKS[task.value].example)) byId(`field-${name}`).value = value;
  form.requestSubmit();
}

/** What is filled in; null, with a word, where something is missing. */
function given() {
  const values = {};
  for (const { name, label, kind, optional } of TASKS[task.value].fields) {
    const control = byId(`field-${name}`);
    if (kind === "picture") values[name] = chosenPicture()?.data;
    else values[name] = kind === "check" ? control.checked : control.value.trim();
    const missing = !optional && (values[name] === "" || values[name] === undefined);
    control.setAttribute("aria-invalid", missing);
    if (missing) {
      fail(kind === "picture" ? "There is no picture yet: choose a file, or drop one." : `“${label}” is empty.`);
      control.focus();
      return null;
    }
  }
  return values;
}

async function ask(event) {
  event.preventDefault();
  const chosen = TASKS[task.value];
  forget();
  const values = given();
  if (values === null) return;
  const mine = asked;
  waiting = new AbortController();
  show("Computing …");
  form.setAttribute("aria-busy", "true");
  const long = setTimeout(() => {
    if (mine === asked) status.textContent = "Computing … A task's first answer waits until its model is loaded.";
  }, RETRY_MILLIS);
  const start = performance.now();
  try {
    const shown = await (chosen.drawn ? askForDrawing(values) : askForAnswer(chosen, values));
    if (mine === asked) shown(`Answered in ${Math.round(performance.now() - start)} ms.`);
  } catch (error) {
    if (mine === asked) fail(error.message);
  } finally {
    clearTimeout(long);
  }
}

/** Each of these two gives what shows the answer, if it is wanted still. */
async function askForAnswer(chosen, values) {
  const body = { model: model.value, ...chosen.body(values, chosenModel()) };
  const path = `/v1/tasks/${task.value}`;
  const answers = await (await post(path, body)).json();
  return (words) => {
    show(words, chosen.draw(answers, values));
    wholeCommand = command(path, JSON.stringify(body));
    byId("request").textContent = command(path, excerpt(body));
    byId("response").textContent = excerpt(answers);
    byId("raw").hidden = false;
  };
}

/** Attention is drawn by the server, as the command line draws it: a page for a text, a picture for a picture. */
async function askForDrawing({ text, image }) {
  const response = await post("/v1/attention", { model: model.value, inputs: [image ? { image } : text] });
  if (response.headers.get("Content-Type").startsWith("image/")) {
    const url = URL.createObjectURL(await response.blob());
    return (words) => show(words,
      element("img", { src: url, alt: "Your picture, and where each head of the model’s last layer looks in it" }));
  }
  const { page } = await response.json();
  return (words) => show(words,
    element("p", {}, element("a", { href: page, target: "_blank", rel: "noopener" }, "Open it in a tab of its own")),
    element("iframe", { src: page, title: "Attention, by layer, head and token" }));
}

/** Long strings, as pictures are, and long lists are cut for people; programs get them whole. */
function excerpt(value) {
  const cut = (key, part) => {
    if (typeof part === "string" && part.length > 200) return `${part.slice(0, 60)}… (${part.length} characters)`;
    if (!Array.isArray(part)) return part;
    if (typeof part[0] === "number" && part.length > 6) return [...part.slice(0, 4), `… ${part.length} numbers`];
    if (Array.isArray(part[0]) && part.length > 6) return [...part.slice(0, 4), `… ${part.length} rows`];
    return part;
  };
  return JSON.stringify(value, cut, 1);
}

function command(path, json) {
  const key = sessionStorage.getItem(KEY) ? ` \\\n  -H "Authorization: Bearer $TESSERAE_API_KEY"` : "";
  const data = json.replaceAll("'", "'\\''");
  return `curl ${location.origin}${path} \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '${data}'`;
}

/** Browsers lend the clipboard to pages of this machine, and to those that came by TLS. */
async function copyCommand() {
  try {
    await navigator.clipboard.writeText(wholeCommand);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "The browser does not lend its clipboard to this page: mark the command, and copy it.";
  }
}
