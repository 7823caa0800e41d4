/** JAT, one transformer for words, pictures and actions: Gallouédec et al., arXiv 2402.09844. Not API. */
package io.tesserae.family.jat;
