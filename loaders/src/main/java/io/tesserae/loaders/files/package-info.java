/** What lies on disk, looked at before it is opened, and its bytes as memory. Not API. */
package io.tesserae.loaders.files;
