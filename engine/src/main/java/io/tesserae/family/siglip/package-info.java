/** SigLIP: CLIP's two encoders, trained to answer for each pair of a picture and a text alone. Zhai et al., arXiv 2303.15343. Not API. */
package io.tesserae.family.siglip;
