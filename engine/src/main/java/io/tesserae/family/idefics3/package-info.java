/** Idefics3 and SmolVLM, which is one by another name: Laurençon et al., arXiv 2408.12637. Not API. */
package io.tesserae.family.idefics3;
