/** CLIP: an encoder of pictures and one of texts, whose vectors lie near each other where they say the same. Radford et al., arXiv 2103.00020. Not API. */
package io.tesserae.family.clip;
