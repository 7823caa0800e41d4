/** What lies on disk, looked at before it is opened. Not exported. */
package io.tesserae.loaders.files;
