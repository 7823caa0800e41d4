/** IDEFICS, a LLaMA that looks at pictures through gated layers: Laurençon et al., arXiv 2306.16527. Not API. */
package io.tesserae.family.idefics;
