// The list of customers. Rows are made once and then kept up to date, so that focus stays where it is.

import { element, initials, setText } from "./dom.mjs";
import { summary } from "./kinds.mjs";

export class People {
  #list;
  #choose;
  #rows = new Map();

  constructor(list, choose) {
    this.#list = list;
    this.#choose = choose;
  }

  show(customers, chosen) {
    for (const [index, customer] of customers.entries()) {
      if (!this.#rows.has(customer.id)) this.#add(customer, index);
      this.#update(customer, customer.id === chosen);
    }
  }

  #add(customer, index) {
    const button = element("button", "person");
    button.type = "button";
    const avatar = element("span", `avatar hue-${index % 8}`, initials(customer.name));
    avatar.setAttribute("aria-hidden", "true");
    const tags = element("span", "tags");
    if (customer.tier) tags.append(element("span", `tier ${customer.tier}`, customer.tier_name));
    const language = element("span", "language", customer.language);
    language.lang = customer.lang;
    tags.append(language);
    const name = element("span", "name", customer.name);
    name.dir = "auto";
    const middle = element("span", "middle");
    middle.append(name, tags, element("span", "preview"));
    button.append(avatar, middle, element("span", "unread"));
    button.addEventListener("click", () => this.#choose(customer.id));
    const item = element("li");
    item.append(button);
    this.#list.append(item);
    this.#rows.set(customer.id, button);
  }

  #update(customer, isChosen) {
    const button = this.#rows.get(customer.id);
    if (isChosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    const { last } = customer;
    const preview = last ? summary(last) : "No messages yet";
    const unread = isChosen ? 0 : customer.unread;
    setText(button.querySelector(".preview"), preview);
    setText(button.querySelector(".unread"), unread ? String(unread) : "");
    button.querySelector(".unread").title = unread ? "Unread messages" : "";
  }
}
