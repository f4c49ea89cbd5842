// Small builders. Data reaches the page as text nodes only, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function drawing(viewBox, ...paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function button(className, text, onClick) {
  const node = element("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

// Words of people: their direction is their own.
export function words(className, text, name = "p") {
  const node = element(name, className, text);
  node.dir = "auto";
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Two letters where the script writes them one by one, otherwise one.
export function initials(name) {
  const first = (word) => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "";
  const words = name.split(/\s+/).slice(0, /^\p{Script=Latin}/u.test(name) ? 2 : 1);
  return words.map(first).join("").toLocaleUpperCase();
}
