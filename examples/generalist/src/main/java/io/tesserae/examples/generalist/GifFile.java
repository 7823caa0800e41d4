package io.tesserae.examples.generalist;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures that follow one another, for ever: an animated GIF file. */
public final class GifFile {

    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private GifFile() {}

    /**
     * Writes pictures, all of them as large as the first.
     *
     * @param file overwritten if it is there
     * @param pictures one or more
     * @param delay how long each is shown, a hundredth of a second or more; GIF counts in those
     * @throws IllegalArgumentException if there is no picture, or one is of another size, or the delay cannot be told
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, List<BufferedImage> pictures, Duration delay) throws IOException {
        Objects.requireNonNull(file, "file");
        require(pictures, delay);
        try (OutputStream stream = Files.newOutputStream(file)) {
            write(stream, pictures, delay);
        }
    }

    /**
     * Likewise to a stream, which stays open. Pictures are asked for one after the other, so that they may be drawn when they are.
     *
     * @throws IllegalArgumentException if there is no picture, or one is of another size, or the delay cannot be told
     * @throws IOException if the stream takes no more
     */
    public static void write(OutputStream out, List<BufferedImage> pictures, Duration delay) throws IOException {
        Objects.requireNonNull(out, "out");
        int hundredths = require(pictures, delay);
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("gif");
        if (!writers.hasNext()) {
            throw new IOException("this Java cannot write GIF files");
        }
        ImageWriter writer = writers.next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < pictures.size(); i++) {
                BufferedImage picture = pictures.get(i);
                IIOMetadata metadata = metadata(writer, picture, hundredths, i == 0);
                writer.writeToSequence(new IIOImage(picture, null, metadata), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }

    /** Returns the delay in hundredths of a second. */
    private static int require(List<BufferedImage> pictures, Duration delay) {
        Objects.requireNonNull(pictures, "pictures");
        long hundredths = Objects.requireNonNull(delay, "delay").toMillis() / 10;
        if (hundredths < 1 || hundredths > 0xFFFF) {
            throw new IllegalArgumentException("delay: expected from 10 ms to 655.35 s, found " + delay);
        }
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("pictures: expected one or more, found none");
        }
        BufferedImage first = pictures.getFirst();
        for (BufferedImage picture : pictures) {
            if (picture.getWidth() != first.getWidth() || picture.getHeight() != first.getHeight()) {
                throw new IllegalArgumentException(
                        "pictures: expected all of " + size(first) + ", found " + size(picture));
            }
        }
        return (int) hundredths;
    }

    private static String size(BufferedImage picture) {
        return picture.getWidth() + "x" + picture.getHeight() + " pixels";
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage picture, int hundredths, boolean first)
            throws IIOInvalidTreeException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(hundredths));
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(control);
        if (first) {
            // Netscape's extension: block 1, then how often to repeat, in two bytes; 0 is for ever.
            IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(new byte[] {1, 0, 0});
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop);
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }
}
