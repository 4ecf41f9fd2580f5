import { ChatRoom } from "./components/chat-room.js";
import "./components/people-picker.js";

export { openDrawer } from "./components/chat-drawer.js";

const room = document.querySelector(".chat-room");
if (room) new ChatRoom(room);
