// The field for a picture: choose a file, drop one, or paste one. What the server would not take is made smaller here.

import { element } from "./elements.js";

/** Base64 makes four bytes of three, and the server takes 2,000,000 bytes where it is not told otherwise. */
const MOST_BYTES = 1_200_000;
const SIDES = [1600, 1024, 512];
const SENT_AS_THEY_ARE = ["image/png", "image/jpeg", "image/gif", "image/bmp"];

/** The picture that is there, for all tasks that want one: { name, url, data, note }; data is bare base64. */
let picture = null;
let newest = 0; // a large file that is read slowly does not replace a later one

export const chosenPicture = () => picture;

/** @param report is told in words what went wrong, or null when all is well */
export function pictureField(id, label, report) {
  const chooser = element("input", { id, type: "file", accept: "image/*", "aria-describedby": `${id}-hint` });
  const preview = element("div", { class: "preview" });
  const hint = element("p", { id: `${id}-hint`, class: "quiet" }, "Choose a file, drop one here, or paste one.");
  const drop = element("div", { class: "drop" }, element("label", { for: id }, label), chooser, hint, preview);
  const show = () => {
    if (!picture) return;
    preview.replaceChildren(element("img", { src: picture.url, alt: `Your picture, ${picture.name}` }),
      element("p", { class: "quiet" }, `${picture.name} ${picture.note}`));
  };
  const take = async (file) => {
    if (!file) return;
    const mine = ++newest;
    try {
      const read = await readPicture(file);
      if (mine !== newest) return;
      picture = read;
      show();
      report(null);
    } catch {
      if (mine === newest) report(`${file.name} is no picture that this browser can read.`);
    }
  };
  chooser.addEventListener("change", () => take(chooser.files[0]));
  drop.addEventListener("dragover", () => drop.classList.add("over"));
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  document.onpaste = (event) => take([...event.clipboardData.files].find((file) => file.type.startsWith("image/")));
  show();
  return drop;
}

async function readPicture(file) {
  const bitmap = await createImageBitmap(file);
  const size = `${bitmap.width} × ${bitmap.height}`;
  let sent = file;
  let note = `(${size})`;
  if (!SENT_AS_THEY_ARE.includes(file.type) || file.size > MOST_BYTES) {
    for (const side of SIDES) {
      const drawn = await redrawn(bitmap, side);
      sent = drawn.blob;
      note = drawn.size === size ? `(${size})` : `(made smaller to be sent, ${size} to ${drawn.size})`;
      if (sent.size <= MOST_BYTES) break;
    }
  }
  bitmap.close();
  const url = await dataUrl(sent);
  return { name: file.name, url, data: url.slice(url.indexOf(",") + 1), note };
}

async function redrawn(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return { blob, size: `${canvas.width} × ${canvas.height}` };
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}
