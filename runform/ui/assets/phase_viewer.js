// Two runners' mean strides, drawn at the same share of the stride. Everything to be said comes with the data.

const ROOT = 0;
const MARGIN = 24; // px above the head, for the names, and below the ground

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".phase");
  const find = (selector) => root.querySelector(selector);
  const state = (root.state ??= { at: 0, playing: false, frame: 0 });
  const canvas = find("canvas");
  const scrub = find(".scrub");
  const overlay = find(".overlay");
  const from = find("select");
  const { words, runners } = data;
  const count = runners[0].poses.length;

  const show = () => {
    scrub.value = Math.floor(state.at);
    const percent = Math.round((100 * Math.floor(state.at)) / count);
    find("output").textContent = percent === 0 ? words.landing : words.percent.replace("{percent}", percent);
    scrub.setAttribute("aria-valuetext", find("output").textContent);
    find(".play").textContent = state.playing ? words.pause : words.play;
    draw(canvas, data, Math.floor(state.at), overlay.checked, from.value);
  };
  const go = (place) => {
    state.at = ((place % count) + count) % count;
    show();
  };
  const pause = () => {
    state.playing = false;
    cancelAnimationFrame(state.frame);
  };
  const play = () => {
    let before = performance.now();
    const step = (now) => {
      state.at = (state.at + (count * (now - before)) / data.cycle_ms) % count;
      before = now;
      show();
      state.frame = requestAnimationFrame(step);
    };
    state.playing = true;
    state.frame = requestAnimationFrame(step);
  };

  if (from.options.length === 0) {
    for (const [value, label] of Object.entries(words.views)) {
      from.add(new Option(label, value));
    }
  }
  scrub.max = count - 1;
  scrub.setAttribute("aria-label", words.scrub);
  canvas.setAttribute("aria-label", words.picture);
  find(".back").setAttribute("aria-label", words.back);
  find(".next").setAttribute("aria-label", words.next);
  find(".overlay + span").textContent = words.overlay;
  find(".from").textContent = words.from;

  find(".play").onclick = () => {
    const playing = state.playing;
    pause();
    if (!playing) play();
    show();
  };
  find(".back").onclick = () => (pause(), go(Math.floor(state.at) - 1));
  find(".next").onclick = () => (pause(), go(Math.floor(state.at) + 1));
  scrub.oninput = () => (pause(), go(Number(scrub.value)));
  overlay.onchange = show;
  from.onchange = show;

  pause();
  const resized = new ResizeObserver(show);
  resized.observe(canvas);
  show();
  return () => {
    pause();
    resized.disconnect();
  };
}

function draw(canvas, data, at, overlaid, view) {
  const sharp = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * sharp;
  canvas.height = height * sharp;
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  const style = getComputedStyle(canvas);
  const room = overlaid ? width : width / 2;
  const scale = Math.min((height - 2 * MARGIN) / data.tall, (room - 16) / data.wide);
  const ground = height - MARGIN;

  pen.strokeStyle = style.color;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, ground);
  pen.lineTo(width, ground);
  pen.stroke();
  pen.globalAlpha = 1;

  const hips = data.runners.map((runner) => (runner.poses[at][ROOT] ?? [0, 0, 0])[1]);
  data.runners.forEach((runner, turn) => {
    const middle = overlaid ? width / 2 : room * (turn + 0.5);
    // Laid over one another the pelvises meet; side by side each stands on the ground.
    const lift = overlaid && turn === 1 ? hips[0] - hips[1] : 0;
    const place = ([x, y, z]) => [middle + scale * (view === "front" ? -z : x), ground - scale * (y + lift)];
    pen.globalAlpha = overlaid && turn === 1 ? 0.6 : 1;
    pen.setLineDash(overlaid && turn === 1 ? [7, 6] : []);
    // Far limbs first, so that near ones lie over them.
    const depth = (bone) => bone.ends.map((end) => runner.poses[at][end]).map((p) => (view === "front" ? p[0] : p[2]));
    const bones = runner.bones
      .filter((bone) => bone.ends.every((end) => runner.poses[at][end] !== null))
      .sort((a, b) => depth(a)[0] + depth(a)[1] - depth(b)[0] - depth(b)[1]);
    for (const bone of bones) {
      pen.strokeStyle = data.colours[bone.part];
      pen.lineWidth = bone.part === "trunk" ? 4 : 5;
      pen.lineCap = "round";
      pen.beginPath();
      pen.moveTo(...place(runner.poses[at][bone.ends[0]]));
      pen.lineTo(...place(runner.poses[at][bone.ends[1]]));
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pen.fillStyle = style.color;
    pen.font = `14px ${style.fontFamily}`;
    pen.textAlign = overlaid ? "left" : "center";
    const line = overlaid && turn === 1 ? `- - ${runner.name}` : overlaid ? `— ${runner.name}` : runner.name;
    pen.fillText(line, overlaid ? 4 : middle, overlaid ? 14 + 18 * turn : 14, overlaid ? width - 8 : room - 8);
  });
}
