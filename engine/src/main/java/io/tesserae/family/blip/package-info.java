/** BLIP, which looks at pictures and writes about them: Li et al., arXiv 2201.12086. Not API. */
package io.tesserae.family.blip;
