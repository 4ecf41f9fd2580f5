import "@github/markdown-toolbar-element";
import "./components/post-composer.js";
import "./components/tag-field.js";
