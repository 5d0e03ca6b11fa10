// Helpers for the elements of the page.
"use strict";

const element = (id) => document.getElementById(id);

// Makes an element with properties and children.
function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Returns a number with two digits after the point.
function fixed(value) {
  return value.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");
}
