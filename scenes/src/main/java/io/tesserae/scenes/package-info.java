/**
 * Scenes: pictures of coloured things on many backgrounds, drawn by a program, each with the one sentence that is right
 * for it and with the place of each thing. The bundled captioner learned from them; how often it is right, and whether
 * it looks at what it names, is measured on others of them.
 *
 * <p>{@link io.tesserae.scenes.Scene#draw} draws one. Pixels are computed with plain arithmetic on numbers from a seed,
 * so a scene is the same bytes on every machine.
 */
package io.tesserae.scenes;
