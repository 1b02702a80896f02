// Fills one form in the browser with ODK Web Forms, and sends it so that nothing typed is lost and nothing arrives twice.
import { Keeper } from "kept";
import { computed, createApp, h, onMounted, ref, watch } from "vue";

const page = JSON.parse(document.getElementById("isian").textContent);
const place = document.getElementById("formulir");
const state = document.getElementById("keadaan");
const receipt = document.getElementById("terkirim");

// Browsers offer it on https only; an office's own network is plain http.
if (!crypto.randomUUID) {
  crypto.randomUUID = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
}

const says = (key, values = {}) => page.says[key].replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
const size = (bytes) => (bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${megabytes(bytes)} MB`);
const megabytes = (bytes) => (bytes / 1e6).toLocaleString(page.language, { maximumFractionDigits: 1 });

// What the engine shows, in the reader's language, and the controls it lacks (assets/web-forms.json puts them in).
globalThis.alurWords = page.words;

// A moment as JavaRosa writes it: the time on the clock here, with this place's offset.
const moment = (local) => {
  if (!local) {
    return "";
  }
  const minutes = -new Date(local).getTimezoneOffset();
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const offset = minutes ? `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}` : "Z";
  return `${local.length === 16 ? `${local}:00` : local}.000${offset}`;
};

const local = (text) => {
  const given = new Date(text);
  if (!text || Number.isNaN(given.getTime())) {
    return "";
  }
  return new Date(given.getTime() - given.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

const Moment = {
  props: ["question"],
  setup: (props) => {
    const shown = computed(() => local(props.question.currentState.value));
    return () =>
      h("input", {
        id: props.question.nodeId,
        type: "datetime-local",
        class: "p-inputtext p-component",
        disabled: props.question.currentState.readonly,
        required: props.question.currentState.required,
        value: shown.value,
        onChange: (event) => props.question.setValue(moment(event.target.value)),
      });
  },
};

const Upload = {
  props: ["question"],
  setup: (props) => {
    const original = ref(""); // the engine gives each file a name of its own
    const choose = (event) => {
      const [file] = event.target.files;
      if (file) {
        original.value = file.name;
        props.question.setValue(file);
      }
    };
    const remove = (event) => {
      event.currentTarget.parentElement.querySelector("input").value = "";
      props.question.setValue(null);
    };
    return () => {
      const { currentState, nodeOptions, nodeId } = props.question;
      const file = currentState.value;
      const input = h("input", {
        id: nodeId,
        type: "file",
        accept: nodeOptions.media.accept,
        class: "govuk-visually-hidden",
        disabled: currentState.readonly,
        onChange: choose,
      });
      const told = file && h("span", `${original.value || file.name} · ${size(file.size)}`);
      const quiet = { type: "button", class: "govuk-button quiet small", onClick: remove };
      const parts = currentState.readonly
        ? [told]
        : [
            input,
            h("label", { for: nodeId, class: "govuk-button quiet" }, says(file ? "change_file" : "choose_file")),
            told,
            file && h("button", quiet, says("remove_file")),
          ];
      return h("div", { class: "fill__upload" }, parts);
    };
  },
};

// Signatures and drawings: by finger, pen or mouse, or on a picture that is chosen.
const isDrawn = (question) =>
  question.nodeOptions.media.type === "image" &&
  [...question.appearances].some((look) => ["signature", "draw", "annotate"].includes(look));

const Drawing = {
  props: ["question"],
  setup: (props) => {
    const canvas = ref(null);
    let own = null; // what this question holds by our hand: anything else is put on the canvas

    const blank = () => {
      const pen = canvas.value.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.value.width, canvas.value.height);
      return pen;
    };
    const put = async (file) => {
      const pen = blank();
      const picture = file && (await createImageBitmap(file).catch(() => null));
      if (picture) {
        const { width, height } = canvas.value;
        const scale = Math.min(width / picture.width, height / picture.height);
        const size = [picture.width * scale, picture.height * scale];
        pen.drawImage(picture, (width - size[0]) / 2, (height - size[1]) / 2, ...size);
      }
    };
    const keep = (file) => {
      own = file;
      props.question.setValue(file);
      own = props.question.currentState.value;
    };
    const saved = () =>
      canvas.value.toBlob((blob) => keep(new File([blob], "gambar.jpg", { type: blob.type })), "image/jpeg", 0.8);

    let last = null;
    const at = (event) => {
      const box = canvas.value.getBoundingClientRect();
      return [
        ((event.clientX - box.left) * canvas.value.width) / box.width,
        ((event.clientY - box.top) * canvas.value.height) / box.height,
      ];
    };
    const begin = (event) => {
      if (!props.question.currentState.readonly) {
        canvas.value.setPointerCapture(event.pointerId);
        last = at(event);
        draw(event);
      }
    };
    const draw = (event) => {
      if (!last) {
        return;
      }
      const pen = canvas.value.getContext("2d");
      const next = at(event);
      Object.assign(pen, { lineWidth: 4, lineCap: "round", strokeStyle: "#000" });
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      last = next;
    };
    const end = () => {
      if (last) {
        last = null;
        saved();
      }
    };
    const choose = async (event) => {
      const [file] = event.target.files;
      if (file) {
        await put(file);
        keep(file);
      }
      event.target.value = "";
    };
    const clear = () => {
      blank();
      keep(null);
    };
    onMounted(() => put(props.question.currentState.value));
    watch(
      () => props.question.currentState.value,
      (file) => file !== own && put(file),
    );

    return () => {
      const { currentState, nodeId } = props.question;
      const board = h("canvas", {
        ref: canvas,
        width: 800,
        height: 360,
        class: "fill__board",
        role: "img",
        "aria-label": says("draw_here"),
        onPointerdown: begin,
        onPointermove: draw,
        onPointerup: end,
        onPointercancel: end,
      });
      const input = { id: nodeId, type: "file", accept: "image/*", class: "govuk-visually-hidden", onChange: choose };
      const quiet = { type: "button", class: "govuk-button quiet small", onClick: clear };
      const tools = [
        h("input", input),
        h("label", { for: nodeId, class: "govuk-button quiet small" }, says("choose_picture")),
        currentState.value && h("button", quiet, says("clear")),
      ];
      return h("div", [board, !currentState.readonly && h("div", { class: "fill__upload" }, tools)]);
    };
  },
};

// `opened`: the engine has the form; `restored`: what it begins with instead of blanks.
const opened = (root) => {
  answers = root.rootDocument;
  return root;
};

globalThis.alurParts = { Moment, Upload, Drawing, isDrawn, opened, restored: null };

const tell = (kind, text, ...parts) => {
  state.dataset.kind = kind;
  state.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), ...parts);
  state.hidden = !text;
};

const button = (text, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.className = "govuk-button";
  made.addEventListener("click", act);
  return made;
};

const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) {
    throw new Error(`${answer.status} ${address}`);
  }
  return answer;
};

// Sending ------------------------------------------------------------------------------------------------------------

let typed = false; // something on the page would be lost with it
let pending = null; // what was sent and not answered: only these same bytes may go again under their instance id
let answers = null; // what the engine has of them

const post = (body, onProgress) =>
  new Promise((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open("POST", `${page.send}?bahasa=${page.language}`);
    sent.responseType = "text";
    sent.setRequestHeader("X-CSRFToken", page.csrf ?? "");
    sent.upload.addEventListener("progress", onProgress);
    sent.addEventListener("load", () => {
      let told = {};
      try {
        told = JSON.parse(sent.responseText);
      } catch {
        // Whatever stood between us and the server answered in its own words.
      }
      resolve({ status: sent.status, ...told });
    });
    for (const failure of ["error", "abort", "timeout"]) {
      sent.addEventListener(failure, () => reject(new Error(failure)));
    }
    sent.send(body);
  });

// Another sign-in has another token; the page knows the new one.
const renewed = async () => {
  if (!page.csrf) {
    return;
  }
  const text = await (await fetched(location.href)).text();
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("input[name=csrf_token]");
  page.csrf = found?.value ?? page.csrf;
};

const progress = (event) => {
  const done = event.total && event.loaded < event.total;
  const sizes = { done: megabytes(event.loaded), all: `${megabytes(event.total)} MB` };
  const bar = Object.assign(document.createElement("progress"), { max: event.total || 1, value: event.loaded });
  tell("sending", done ? says("sending", sizes) : says("sent_waits"), bar);
};

const waits = (key) => {
  tell("waiting", `${says(key)} ${says("retry_hint")}`, button(says("retry"), send));
  state.querySelector("button").focus();
};

const send = async () => {
  const again = pending.tried;
  pending.tried = true;
  place.inert = true;
  tell("sending", says("sent_waits"));
  let answer = {};
  try {
    if (again) {
      await renewed();
    }
    for (const part of pending.parts) {
      answer = await post(part, progress);
      if (answer.status !== 201) {
        break;
      }
    }
  } catch {
    waits("offline");
    return;
  }
  if (answer.status === 201) {
    pending = null;
    received(answer);
  } else if (answer.status === 401 || answer.code === "access.csrf") {
    waits("signed_out");
  } else if (answer.status === 429 || answer.status === 503) {
    waits("busy");
  } else if (answer.status >= 500 || !answer.text) {
    waits("failed");
  } else {
    // It was read and refused, so it may be changed and sent anew.
    pending = null;
    place.inert = false;
    if (!form) {
      await open();
    }
    typed = true;
    keepNow();
    tell("refused", says("refused", { text: answer.text }));
    state.scrollIntoView({ block: "start" });
  }
};

window.addEventListener("online", () => {
  if (pending && state.dataset.kind === "waiting") {
    send();
  }
});

const received = (answer) => {
  typed = false;
  forgetNow();
  if (page.once) {
    localStorage.setItem(page.once, "1");
  }
  form?.unmount();
  place.inert = false;
  place.hidden = true;
  tell("done", "");
  receipt.querySelector("[data-text]").textContent = answer.text;
  receipt.querySelector("[data-instance]").textContent = answer.instance;
  const now = new Date().toLocaleString(page.language, { dateStyle: "long", timeStyle: "short" });
  receipt.querySelector("[data-at]").textContent = now;
  const next = receipt.querySelector("[data-again]");
  next.href = page.next ?? location.href;
  if (page.once) {
    next.remove();
  }
  receipt.hidden = false;
  receipt.querySelector("h2").focus();
};

// What an edit changes, question by question: also what the engine itself would take away is seen before it is sent.
const leaves = (text) => {
  const found = new Map();
  const walk = (element, path, rows) => {
    const counts = {};
    for (const child of element.children) {
      const number = (counts[child.localName] = (counts[child.localName] ?? 0) + 1);
      const here = `${path}/${child.localName}`;
      const at = number > 1 || page.edit.repeats.includes(here) ? [...rows, number] : rows;
      if (child.children.length) {
        walk(child, here, at);
      } else {
        found.set(`${here} ${at.join(".")}`, child.textContent.trim().replace(/;\s+/g, ";"));
      }
    }
  };
  walk(new DOMParser().parseFromString(text, "text/xml").documentElement, "", []);
  return found;
};

const changesOf = async (payload) => {
  const before = leaves(page.edit.xml);
  const after = leaves(await payload.data[0].get("xml_submission_file").text());
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => [key, before.get(key) ?? "", after.get(key) ?? ""])
    .filter(([key, was, is]) => page.edit.labels[key.split(" ")[0]] && was !== is);
};

const element = (name, text, ...parts) => {
  const made = Object.assign(document.createElement(name), { textContent: text });
  made.append(...parts);
  return made;
};

const reviewed = async (payload) => {
  const changes = await changesOf(payload);
  if (!changes.length) {
    tell("refused", says("no_changes"));
    state.scrollIntoView({ block: "start" });
    return;
  }
  const rows = changes.map(([key, was, is]) => {
    const [path, row] = key.split(" ");
    const name = row ? `${page.edit.labels[path]} (${row})` : page.edit.labels[path];
    const told = element("dd", "", element("s", was), is ? ` → ${is}` : ` → ${says("removed")}`);
    return element("div", "", element("dt", name), was ? told : element("dd", is));
  });
  const list = element("dl", "", ...rows);
  list.className = "facts fill__changes";
  const back = button(says("back"), () => {
    tell("", "");
    place.inert = false;
  });
  back.classList.add("quiet");
  place.inert = true;
  tell("changes", says("changes", { n: changes.length }), list, button(says("send_changes"), () => begin(payload)), back);
  state.scrollIntoView({ block: "start" });
  state.querySelector("button").focus();
};

const begin = (payload) => {
  const parts = [...payload.data];
  for (const part of parts) {
    for (const name of page.edit?.files ?? []) {
      part.delete(name); // the server has it, and as it came; new ones have names of their own
    }
  }
  pending = { parts, tried: false };
  const xml = parts[0].get(INSTANCE);
  const files = parts.flatMap((part) => [...part.values()].filter((file) => file.name !== INSTANCE));
  const names = parts.map((part) => [...part.keys()].filter((name) => name !== INSTANCE));
  save(async () => ({ xml: await xml.text(), files, parts: names })).then(send);
};

const submitted = (payload) => {
  if (pending) {
    return;
  }
  if (!page.send) {
    tell("preview", says("preview"));
    state.scrollIntoView({ block: "start" });
    return;
  }
  if (payload.status !== "ready") {
    tell("refused", says("file_large", { most: megabytes(page.mostBytes) }));
    state.scrollIntoView({ block: "start" });
    return;
  }
  if (page.edit) {
    reviewed(payload);
  } else {
    begin(payload);
  }
};

// Keeping ------------------------------------------------------------------------------------------------------------

const INSTANCE = "xml_submission_file";
const SOON = 1500;
let keeper = null; // of somebody of the office who fills in a new form, where the browser can
let saved = Promise.resolve();
let later = 0;

const save = (read) => {
  saved = saved
    .then(async () => keeper && keeper.save({ form: page.form, place: page.files, ...(await read()) }))
    .catch((error) => {
      console.warn(error); // a full disk: the page still holds everything, and asks before it is left
      keeper = null;
    });
  return saved;
};

const onServer = (name) => page.edit?.files.includes(name) || page.edit?.missing.includes(name);

const keepNow = () => {
  clearTimeout(later);
  if (keeper && answers && typed && !pending) {
    const there = [...answers.attachments].filter(([node]) => node.isAttached() && node.isRelevant());
    const files = there.map(([_node, file]) => file.getValue()).filter((file) => file && !onServer(file.name));
    const xml = answers.instanceState.instanceXML;
    save(async () => ({ xml, files }));
  }
};

const forgetNow = () => {
  clearTimeout(later);
  saved.then(() => keeper?.drop()).catch(console.warn);
};

const instance = (xml) => new File([xml], INSTANCE, { type: "text/xml" });

const part = (xml, files) => {
  const made = new FormData();
  made.set(INSTANCE, instance(xml));
  files.forEach((file) => made.set(file.name, file));
  return made;
};

const idIn = (xml, name) => new DOMParser().parseFromString(xml, "text/xml").getElementsByTagNameNS("*", name)[0]?.textContent;

// A correction goes on only from the submission it began with; the engine gives it its ids anew.
const isOurs = (draft) => !page.edit || idIn(draft.xml, "deprecatedID") === idIn(page.edit.xml, "instanceID");

const asBefore = (xml) => {
  const read = new DOMParser().parseFromString(xml, "text/xml");
  const [instanceID, deprecatedID] = ["instanceID", "deprecatedID"].map((name) => read.getElementsByTagNameNS("*", name)[0]);
  instanceID.textContent = deprecatedID.textContent;
  deprecatedID.remove();
  return new XMLSerializer().serializeToString(read);
};

let corrected = null; // what a correction goes on with: its answers so far and its new files

const resume = async (draft) => {
  const files = await keeper.resume(draft);
  if (!files) {
    await begun();
    return;
  }
  page.form = draft.form; // in the version it was begun in
  page.files = draft.place;
  if (page.edit) {
    corrected = { xml: asBefore(draft.xml), files };
  } else {
    globalThis.alurParts.restored = { data: [part(draft.xml, files)] };
  }
  typed = true;
  if (draft.parts) {
    // The server may have it already: the same bytes go again.
    pending = { parts: draft.parts.map((names) => part(draft.xml, files.filter((file) => names.includes(file.name)))), tried: true };
    await send();
  } else {
    await open();
  }
};

const offer = (draft) => {
  const at = new Date(draft.at).toLocaleString(page.language, { dateStyle: "long", timeStyle: "short" });
  const chosen = (act) => () => {
    tell("", "");
    act().catch(broken);
  };
  const fresh = button(says("kept_new"), chosen(open));
  const drop = button(
    says("kept_drop"),
    chosen(() => keeper.discard(draft.id).then(begun)),
  );
  [fresh, drop].forEach((one) => one.classList.add("quiet"));
  const text = says(draft.parts ? "kept_sent" : "kept_found", { at });
  tell("kept", text, button(says(draft.parts ? "retry" : "kept_resume"), chosen(() => resume(draft))), fresh, drop);
  state.querySelector("button").focus();
};

const begun = async () => {
  const draft = await keeper?.newest(isOurs).catch(console.warn);
  if (draft) {
    offer(draft);
  } else {
    await open();
  }
};

// Opening ------------------------------------------------------------------------------------------------------------

// The engine begins in the form's default language; whoever reads this page in another one gets that.
const inLanguage = (text) => {
  if (!page.formLanguage) {
    return text;
  }
  const read = new DOMParser().parseFromString(text, "text/xml");
  for (const translation of read.getElementsByTagName("translation")) {
    if (translation.getAttribute("lang") === page.formLanguage) {
      translation.setAttribute("default", "true()");
    } else {
      translation.removeAttribute("default");
    }
  }
  return new XMLSerializer().serializeToString(read);
};

const names = (style, count, at) => {
  const format = new Intl.DateTimeFormat(page.language, { ...style, timeZone: "UTC" });
  return Array.from({ length: count }, (_none, index) => format.format(at(index)));
};

const calendar = () => {
  const day = (index) => Date.UTC(2023, 0, 1 + index); // a Sunday
  const month = (index) => Date.UTC(2023, index, 1);
  return {
    dayNames: names({ weekday: "long" }, 7, day),
    dayNamesShort: names({ weekday: "short" }, 7, day),
    dayNamesMin: names({ weekday: "short" }, 7, day),
    monthNames: names({ month: "long" }, 12, month),
    monthNamesShort: names({ month: "short" }, 12, month),
    today: says("today"),
    clear: says("clear"),
    dateFormat: "dd/mm/yy",
    firstDayOfWeek: 1,
  };
};

// The engine leaves some of its fields and buttons without a name for those who hear the page.
const named = () => {
  for (const container of place.querySelectorAll(".question-container")) {
    const label = container.querySelector("label")?.innerText.replace(/^\*\s*/, "");
    const fields = container.querySelectorAll("input:not([type=radio], [type=checkbox], [type=file]), [role=combobox]");
    for (const field of label ? fields : []) {
      if (!field.labels?.length) {
        field.setAttribute("aria-label", label);
      }
    }
  }
  for (const menu of place.querySelectorAll("button.button-menu")) {
    menu.setAttribute("aria-label", says("row_menu"));
  }
};

// The engine's fields for numbers read keys. Keyboards of phones often name none and only put in or take away text, which
// the field would lose: it is told of them as of keys. (Keys it has read put in nothing by themselves.)
const RUBBED_OUT = { deleteContentBackward: "Backspace", deleteContentForward: "Delete" };
document.addEventListener(
  "beforeinput",
  (event) => {
    const rubs = RUBBED_OUT[event.inputType];
    if (!event.target.matches("input[role=spinbutton]") || !event.cancelable || !(rubs || event.data)) {
      return;
    }
    event.preventDefault();
    for (const key of rubs ? [rubs] : event.data) {
      const init = { key, code: rubs, bubbles: true, cancelable: true };
      event.target.dispatchEvent(new KeyboardEvent(rubs ? "keydown" : "keypress", init));
    }
  },
  true,
);

let naming = 0;
new MutationObserver(() => {
  clearTimeout(naming);
  naming = setTimeout(named, 200);
}).observe(place, { childList: true, subtree: true });

let form = null;

const open = async () => {
  const loading = place.querySelector("[data-loading]");
  loading.hidden = false;
  const [{ OdkWebForm, webFormsPlugin }, answer] = await Promise.all([import("web-forms"), fetched(page.form)]);
  const formXml = inLanguage(await answer.text());
  const fetchFormAttachment = (address) =>
    fetch(page.files + encodeURIComponent(decodeURIComponent(address.pathname.split("/").pop())));
  const props = {
    formXml,
    fetchFormAttachment,
    submissionMaxSize: page.mostBytes,
    preloadProperties: page.person,
    onSubmitChunked: submitted,
  };
  if (page.edit) {
    const fresh = new Map(corrected?.files.map((file) => [file.name, file]));
    props.editInstance = {
      resolveInstance: () => corrected?.xml ?? page.edit.xml,
      attachmentFileNames: [...page.edit.files, ...fresh.keys()],
      // A file that has not come yet keeps its place: the engine would take its name out of the answers.
      resolveAttachment: async (name) =>
        fresh.has(name) || page.edit.missing.includes(name)
          ? new Response(fresh.get(name) ?? new Blob([]))
          : fetched(`${page.edit.place}${encodeURIComponent(name)}?${page.edit.opened}`),
    };
  }
  form = createApp({ render: () => h(OdkWebForm, props) });
  const first = document.head.firstElementChild;
  form.use(webFormsPlugin);
  if (document.head.firstElementChild !== first) {
    document.head.firstElementChild.remove(); // its reset of the whole page, which has a style already
  }
  Object.assign(form.config.globalProperties.$primevue.config.locale, calendar());
  loading.remove();
  form.mount(place);
};

// The engine shares the files out over several posts, and gives up on one that fits into none.
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof AggregateError) {
    tell("refused", says("file_large", { most: megabytes(page.mostBytes) }));
    state.scrollIntoView({ block: "start" });
  }
});

// The engine only counts what is wrong; a long form needs the way to each question.
const wrong = () => {
  const found = [...place.querySelectorAll(".question-container.highlight")];
  if (!found.length) {
    return;
  }
  const links = found.map((container) => {
    const link = element("a", (container.querySelector("label") ?? container).innerText.split("\n")[0].replace(/^\*\s*/, ""));
    link.href = `#${container.id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      container.scrollIntoView({ block: "center" });
      container.querySelector("input, textarea, select, button, canvas, [tabindex]")?.focus({ preventScroll: true });
    });
    return element("li", "", link);
  });
  const list = element("ul", "", ...links);
  list.className = "fill__changes";
  tell("refused", page.words.wrong.replace("{n}", found.length), list);
  links[0].querySelector("a").focus();
};

place.addEventListener("click", (event) => {
  if (event.target.closest(".odk-form .footer button")) {
    tell("", "");
    setTimeout(wrong, 50); // once it is shown what is wrong
  }
});

const noticed = () => {
  typed = true;
  clearTimeout(later);
  later = setTimeout(keepNow, SOON);
};

place.addEventListener("input", noticed);
place.addEventListener("change", noticed);
place.addEventListener("click", () => typed && noticed()); // rows that are added and taken away, files that are
document.addEventListener("visibilitychange", () => document.hidden && keepNow());
window.addEventListener("beforeunload", (event) => {
  if (page.send && (typed || pending)) {
    event.preventDefault();
  }
});

const broken = (error) => {
  console.error(error);
  place.replaceChildren();
  tell("refused", says("load_failed"), button(says("reload"), () => location.reload()));
};

const start = async () => {
  keeper = page.keep ? await Keeper.open({ ...page.keep, place: page.send }).catch(console.warn) : null;
  if (keeper) {
    document.getElementById("disimpan").hidden = false;
  }
  await begun();
};

if (page.once && localStorage.getItem(page.once)) {
  tell("refused", says("once"));
} else {
  start().catch(broken);
}
