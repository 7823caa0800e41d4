/**
 * The Hugging Face hub: models by name, downloaded into the cache that Python's {@code huggingface_hub} uses too, and found there
 * whoever put them in. API. Nothing here connects anywhere unless {@link io.tesserae.loaders.hub.Hub} is asked for a model.
 *
 * <p>One package, since downloads, the cache and its checks share the layout of folders and links, which nobody else may see.
 */
package io.tesserae.loaders.hub;
