// Shrinks and turns a chosen photo before it is sent, so that it leaves the phone small and without its position.
// Whatever fails here, the file is sent as it was chosen: the server does the same once more.

const LONGEST_EDGE = 2000;
const input = document.querySelector("input[data-photo]");
const preview = document.querySelector("[data-photo-preview]");

const shrunk = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
  preview.width = Math.round(picture.width * scale);
  preview.height = Math.round(picture.height * scale);
  const surface = preview.getContext("2d");
  surface.fillStyle = "white";
  surface.fillRect(0, 0, preview.width, preview.height);
  surface.drawImage(picture, 0, 0, preview.width, preview.height);
  picture.close();
  const blob = await new Promise((done) => preview.toBlob(done, "image/jpeg", 0.85));
  return blob && new File([blob], "photo.jpg", { type: "image/jpeg" });
};

input?.addEventListener("change", async () => {
  const [file] = input.files;
  preview.hidden = true;
  if (!file) return;
  const button = input.form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const small = await shrunk(file);
    if (small && input.files[0] === file) {
      const sent = new DataTransfer();
      sent.items.add(small);
      input.files = sent.files;
      preview.hidden = false;
    }
  } catch (error) {
    console.info("The photo is sent as it was chosen.", error);
  } finally {
    button.disabled = false;
  }
});
