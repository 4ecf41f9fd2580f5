/** Small signs by name, in both languages and without accents; what is offered after ":". */
export const SIGNS = `
☕ ca phe coffee phin|🍵 tra tea che|🌱 mam seedling cay|🌿 la leaf herb|🌾 lua rice|🌸 hoa flower|🌺 dam but hibiscus|🌷 tulip|🌻 huong duong sunflower|🍀 may man luck
🌤 nang sun|🌞 mat troi sun|🌙 trang moon|⭐ sao star|🌧 mua rain|⛰ nui mountain|🏡 nha house|🔥 lua fire|💧 nuoc water|❄ lanh cold
😀 cuoi smile|😄 vui happy|😂 cuoi ra nuoc mat joy|🙂 mim cuoi|😉 nhay mat wink|😊 e then blush|😍 thich love|🤗 om hug|🤔 nghi think|😅 toat mo hoi phew
😢 buon sad|😭 khoc cry|😮 ngac nhien wow|😴 ngu sleep|😋 ngon yum|🤤 them drool|😎 ngau cool|🙏 cam on thanks please|👏 vo tay clap|👍 duoc thich yes
👎 khong no|👌 on ok|🤝 bat tay deal|💪 manh strong|✋ gio tay hand|👋 chao hello|👀 nhin look|🫶 thuong care|❤ tim heart|🧡 tim cam|💚 tim xanh
💛 tim vang|🎉 an mung party|🎁 qua gift|🎂 sinh nhat birthday|🏆 giai thuong trophy|🥇 nhat first|✅ xong done check|❌ sai wrong|❓ hoi question|❗ chu y attention
💡 y kien idea|📷 anh photo|📍 cho place|🕯 nen candle|🏮 den long lantern|🍚 com rice|🍜 pho noodles|🥖 banh mi bread|🍰 banh cake|🍯 mat ong honey
🥛 sua milk|🧊 da ice|🫖 am tra teapot|🥄 thia spoon|⚖ can scale|🌡 nhiet do temperature|⏱ thoi gian timer|🐃 trau buffalo|🐈 meo cat|🐕 cho dog
`.trim().split(/[|\n]/).map((line) => {
  const [sign, ...names] = line.trim().split(" ");
  return { sign, words: names.join(" ") };
});

const fold = (text) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "");

export function signsFor(begun) {
  const wanted = fold(begun);
  // One letter is a face that somebody draws, such as ":D".
  if (wanted.length < 2) return [];
  return SIGNS.filter(({ words }) => ` ${words}`.includes(` ${wanted}`)).slice(0, 8);
}
