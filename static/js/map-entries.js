/* The list under the map: one line for each circle in view, with what one can do there. Text only. */
export class Entries {
  constructor(box) {
    this.box = box;
    this.list = document.createElement("ul");
    this.list.className = "live-map__entries";
    box.append(this.list);
  }

  clear() {
    this.list.replaceChildren();
  }

  show() {
    this.box.hidden = !this.list.childElementCount;
  }

  link(text, words, address, name) {
    const link = document.createElement("a");
    link.href = address;
    return this.line(text, link, words, name);
  }

  button(text, words, name, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--link button--small";
    button.addEventListener("click", pressed);
    return this.line(text, button, words, name);
  }

  line(text, deed, words, name) {
    const line = document.createElement("li");
    const said = document.createElement("span");
    said.textContent = text;
    deed.textContent = words;
    deed.setAttribute("aria-label", `${words}: ${name}`);
    line.append(said, " ", deed);
    this.list.append(line);
    return line;
  }
}
