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

export function initials(name) {
  const first = (word) => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "";
  return name.split(/\s+/).slice(0, 2).map(first).join("\u200c").toLocaleUpperCase();
}
