/**
 * The safetensors format: tensors by name in one file, read where they lie and written as the reference library writes
 * them. API.
 *
 * <p>A file is eight bytes that hold the header's length (unsigned, little-endian), the header (JSON in UTF-8), and the
 * data: the tensors' elements, little-endian and row-major, one tensor right after the other, to the end of the file.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format</a>
 */
package io.tesserae.loaders.safetensors;
