// What each kind is called where there is only a line of room for it.

const NAMES = {
  image: "Photo",
  video: "Video",
  audio: "Voice message",
  document: "Document",
  sticker: "Sticker",
  location: "Location",
  contacts: "Contact",
  order: "Order",
  call: "Voice call",
  interactive: "Message with buttons",
  template: "Message",
  unsupported: "Not supported",
};

export function nameOf(line) {
  if (line.type === "audio" && line.content?.voice === false) return "Audio";
  return NAMES[line.type] ?? "Unknown kind";
}

export function summary(line) {
  if (line.deleted) return "Deleted";
  return line.text || nameOf(line);
}
