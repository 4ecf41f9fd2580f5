import "@github/markdown-toolbar-element";
import "./components/post-composer.js";
