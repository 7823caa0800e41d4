// The tasks: what each asks for, what it sends, and how its answers are drawn. One entry a task.

import { bars, element, likeness, marked, percent } from "./elements.js";

const lines = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

const labels = (answer) => bars([].concat(answer).map((one) => ({ label: one.label, score: one.score })));

const TEXT = { name: "text", label: "Text", kind: "area" };
const PICTURE = { name: "image", label: "Picture", kind: "picture" };

/** What comes out of one input: answers are lists, as long as their inputs. */
const first = (answers) => answers[0];

export const TASKS = {
  "text-classification": {
    title: "Label a text",
    explanation: "Which label a text has, and how sure the model is.",
    fields: [TEXT, { name: "pair", label: "Second text, if the model compares two", kind: "line", optional: true }],
    example: { text: "The actors were very convincing, and I forgot the time." },
    body: ({ text, pair }) => ({ inputs: [pair ? { text, text_pair: pair } : text], parameters: { top_k: null } }),
    draw: (answers) => labels(first(answers)),
  },
  "token-classification": {
    title: "Find names",
    explanation: "Which words are names of people, places, organisations, or whatever the model knows.",
    fields: [TEXT],
    example: { text: "Ada Lovelace met Charles Babbage in London." },
    body: ({ text }) => ({ inputs: [text], parameters: { aggregation_strategy: "simple" } }),
    draw: (answers, { text }) => {
      const spans = first(answers).map(({ start, end, score, entity_group: name }) => ({ start, end, score, name }));
      const rows = first(answers).map((one) => ({ label: `${one.word} (${one.entity_group})`, score: one.score }));
      const table = rows.length ? bars(rows, "Name") : element("p", {}, "No name was found.");
      return element("div", {}, marked(text, spans), table);
    },
  },
  "zero-shot-classification": {
    title: "Use labels of your own",
    explanation: "Which of your labels fits a text, without any training for them.",
    fields: [TEXT, { name: "labels", label: "Labels, with commas between them", kind: "line" },
      { name: "several", label: "More than one label may fit", kind: "check" }],
    example: { text: "The battery lasts two days now.", labels: "technology, cooking, sports" },
    body: ({ text, labels: names, several }) => ({ inputs: [text],
      parameters: { candidate_labels: names.split(",").map((name) => name.trim()), multi_label: several } }),
    draw: (answers) => bars(first(answers).labels.map((label, i) => ({ label, score: first(answers).scores[i] }))),
  },
  "fill-mask": {
    title: "Fill a gap",
    explanation: "Which words fit where the text says [MASK].",
    fields: [TEXT],
    example: { text: "It was a [MASK] day." },
    body: ({ text }, model) => ({ inputs: [text.replaceAll("[MASK]", model.mask_token)], parameters: { top_k: 8 } }),
    draw: (answers) => {
      const gaps = Array.isArray(first(answers)[0]) ? first(answers) : [first(answers)];
      const tables = gaps.map((gap) => bars(gap.map((one) => ({ label: one.token_str, score: one.score })), "Word"));
      if (gaps.length === 1) return tables[0];
      return element("div", {}, ...tables.flatMap((table, i) => [element("h3", {}, `Gap ${i + 1}`), table]));
    },
  },
  "question-answering": {
    title: "Find an answer",
    explanation: "Which part of the text answers the question.",
    fields: [{ name: "question", label: "Question", kind: "line" }, { name: "context", label: "Text", kind: "area" }],
    example: { question: "Where did they meet?", context: "Ada Lovelace and Charles Babbage met in London in 1833." },
    body: ({ question, context }) => ({ inputs: [{ question, context }] }),
    draw: (answers, { context }) => {
      const best = [].concat(first(answers))[0];
      if (best.answer === "") return element("p", {}, "No answer was found.");
      const { start, end, score } = best;
      return element("div", {}, bars([{ label: best.answer, score }], "Answer"),
        marked(context, [{ start, end, score, name: "answer" }]));
    },
  },
  "sentence-embedding": {
    title: "Compare sentences",
    explanation: "How alike sentences are in meaning: the cosine of the angle between their vectors.",
    fields: [{ name: "sentences", label: "Sentences, one a line", kind: "area" }],
    example: { sentences: "A cat sleeps on the sofa.\nA kitten naps on a couch.\nThe stock market fell on Monday." },
    body: ({ sentences }) => ({ inputs: lines(sentences) }),
    draw: (answers, { sentences }) => likeness(lines(sentences), answers),
  },
  "text-ranking": {
    title: "Rank texts",
    explanation: "Which texts answer a question best.",
    fields: [{ name: "query", label: "Question", kind: "line" },
      { name: "texts", label: "Texts, one a line", kind: "area" }],
    example: { query: "How many people live in Berlin?",
      texts: "Berlin has 3.7 million inhabitants.\nBerlin is known for its museums.\nParis is in France." },
    body: ({ query, texts }) => ({ inputs: [{ query, documents: lines(texts) }] }),
    draw: (answers) => bars(first(answers).map(({ text, score }) => ({ label: text, score })),
      "Text", "Score", (score) => score.toFixed(3)),
  },
  "feature-extraction": {
    title: "See a text's features",
    explanation: "The hidden state of every token: what the other tasks are made of.",
    fields: [TEXT],
    example: { text: "A short text." },
    body: ({ text }) => ({ inputs: [text] }),
    draw: (answers) => features(first(answers)),
  },
  "image-classification": {
    title: "Label a picture",
    explanation: "What a picture shows.",
    fields: [PICTURE],
    body: ({ image }) => ({ inputs: [{ image }], parameters: { top_k: 8 } }),
    draw: (answers) => labels(first(answers)),
  },
  "image-feature-extraction": {
    title: "See a picture's features",
    explanation: "The hidden state of every patch of a picture.",
    fields: [PICTURE],
    body: ({ image }) => ({ inputs: [{ image }] }),
    draw: (answers) => features(first(answers)),
  },
  "text-attention": {
    title: "See where it looks",
    explanation: "Which token the model lets look at which, by layer and head.",
    fields: [TEXT],
    example: { text: "The animal did not cross the street because it was too tired." },
    drawn: true,
  },
  "image-attention": {
    title: "See where it looks",
    explanation: "Which parts of a picture the model looks at, in its last layer.",
    fields: [PICTURE],
    drawn: true,
  },
};

/** A matrix as a table: its size, and the first values of the first rows. */
function features(answer) {
  const rows = Array.isArray(answer[0]?.[0]) ? answer[0] : answer;
  const table = element("table");
  rows.slice(0, 12).forEach((row, i) => {
    const line = element("tr", {}, element("th", { scope: "row" }, `${i + 1}`));
    row.slice(0, 6).forEach((value) => line.append(element("td", { class: "number" }, value.toFixed(3))));
    table.append(line);
  });
  return element("div", {}, element("p", {}, `${rows.length} rows of ${rows[0].length} numbers. The first of them:`),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The first features" }, table));
}
