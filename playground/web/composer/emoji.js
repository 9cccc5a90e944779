/** Names of emoji, as one types them between colons: those that people use most. */

const NAMES = `
😀 grinning 😃 smiley 😄 smile 😁 grin 😆 laughing 😅 sweat_smile 😂 joy 🤣 rofl 🙂 slight_smile
🙃 upside_down 😉 wink 😊 blush 😇 innocent 🥰 smiling_face_with_3_hearts 😍 heart_eyes
🤩 star_struck 😘 kissing_heart 😋 yum 😜 stuck_out_tongue_winking_eye 🤪 zany_face 🤗 hugging
🤔 thinking 🤫 shushing_face 🤐 zipper_mouth 😐 neutral_face 😏 smirk 😒 unamused 🙄 rolling_eyes
😬 grimacing 😌 relieved 😴 sleeping 🤢 nauseated_face 🥵 hot_face 🥶 cold_face 🤯 exploding_head
🥳 partying_face 😎 sunglasses 🤓 nerd 😕 confused 😮 open_mouth 😳 flushed 🥺 pleading_face
😢 cry 😭 sob 😱 scream 😡 rage 🤬 face_with_symbols_over_mouth 💀 skull 💩 poop 🤡 clown 👻 ghost
👽 alien 🤖 robot 🎃 jack_o_lantern 😺 smiley_cat 🙈 see_no_evil 👋 wave ✋ raised_hand 👌 ok_hand
🤏 pinching_hand ✌️ v 🤞 fingers_crossed 🤘 metal 👈 point_left 👉 point_right 👆 point_up_2
👇 point_down 👍 thumbsup 👎 thumbsdown ✊ fist 👏 clap 🙌 raised_hands 🙏 pray 💪 muscle 👀 eyes
🧠 brain ❤️ heart 🧡 orange_heart 💛 yellow_heart 💚 green_heart 💙 blue_heart 💜 purple_heart
🖤 black_heart 💔 broken_heart 💯 100 💥 boom 💫 dizzy 💬 speech_balloon 💤 zzz 🐶 dog 🐱 cat
🐭 mouse 🦊 fox 🐻 bear 🐼 panda_face 🦁 lion_face 🐸 frog 🐵 monkey_face 🦄 unicorn 🐝 bee
🦋 butterfly 🐙 octopus 🐬 dolphin 🐳 whale 🌵 cactus 🌲 evergreen_tree 🍀 four_leaf_clover
🍁 maple_leaf 🌹 rose 🌻 sunflower 🍎 apple 🍌 banana 🍓 strawberry 🥑 avocado 🍕 pizza
🍔 hamburger 🍪 cookie 🎂 birthday ☕ coffee 🍵 tea 🍺 beer 🍷 wine_glass 🌍 earth_africa
🌙 crescent_moon ⭐ star 🌟 star2 ☀️ sunny ☁️ cloud 🌈 rainbow ⚡ zap ❄️ snowflake 🔥 fire 💧 droplet
🌊 ocean 🎉 tada 🎈 balloon 🎁 gift 🏆 trophy ⚽ soccer 🎮 video_game 🎲 game_die 🎨 art
🖼️ frame_photo 🎵 musical_note 🎬 clapper 📷 camera 💻 computer 📱 iphone ⏰ alarm_clock 💡 bulb
🔧 wrench 🔨 hammer ⚙️ gear 🔒 lock 🔑 key 📌 pushpin 📎 paperclip ✏️ pencil2 📝 pencil 📚 books
🔍 mag ✅ white_check_mark ❌ x ❓ question ❗ exclamation ⚠️ warning ⛔ no_entry ➕ heavy_plus_sign
🔁 repeat 🔴 red_circle 🟢 green_circle 🔵 blue_circle 🚀 rocket 🚗 red_car ✈️ airplane 🏠 house
`.trim().split(/\s+/);

const BY_NAME = new Map(NAMES.flatMap((name, index) => (
  index % 2 ? [[name, NAMES[index - 1]]] : [])));

/** The emoji whose names fit, those that begin so first: `[name, emoji]` each. */
export function emojiLike(query) {
  const wanted = query.toLowerCase();
  const all = [...BY_NAME];
  const starts = all.filter(([name]) => name.startsWith(wanted));
  return [...starts, ...all.filter(([name]) => !name.startsWith(wanted) && name.includes(wanted))];
}

/** The text with ":heart:" and its like as emoji. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_]+):/g, (typed, name) => BY_NAME.get(name) ?? typed);
}
