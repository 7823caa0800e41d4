package io.tesserae.examples.generalist;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final int MOST_COLOURS = 256;

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
        hundredths(delay);
        BufferedImage first = first(pictures);
        pictures.forEach(picture -> requireSameSize(picture, first));
        try (OutputStream stream = Files.newOutputStream(file)) {
            write(stream, pictures, delay);
        }
    }

    /**
     * Likewise to a stream, which stays open. Each picture is asked for when it is written, so that it may be drawn then; what is wrong
     * with one is seen when those before it are written.
     *
     * @throws IllegalArgumentException if there is no picture, or one is of another size, or the delay cannot be told
     * @throws IOException if the stream takes no more
     */
    public static void write(OutputStream out, List<BufferedImage> pictures, Duration delay) throws IOException {
        Objects.requireNonNull(out, "out");
        int hundredths = hundredths(delay);
        BufferedImage first = first(pictures);
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("gif");
        if (!writers.hasNext()) {
            throw new IOException("this Java cannot write GIF files");
        }
        ImageWriter writer = writers.next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < pictures.size(); i++) {
                BufferedImage picture = i == 0 ? first : pictures.get(i);
                requireSameSize(picture, first);
                BufferedImage indexed = withPalette(picture);
                IIOMetadata metadata = metadata(writer, indexed, hundredths, i == 0);
                writer.writeToSequence(new IIOImage(indexed, null, metadata), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }

    private static int hundredths(Duration delay) {
        long hundredths = Objects.requireNonNull(delay, "delay").toMillis() / 10;
        if (hundredths < 1 || hundredths > 0xFFFF) {
            throw new IllegalArgumentException("delay: expected from 10 ms to 655.35 s, found " + delay);
        }
        return (int) hundredths;
    }

    private static BufferedImage first(List<BufferedImage> pictures) {
        if (Objects.requireNonNull(pictures, "pictures").isEmpty()) {
            throw new IllegalArgumentException("pictures: expected one or more, found none");
        }
        return pictures.getFirst();
    }

    private static void requireSameSize(BufferedImage picture, BufferedImage first) {
        if (picture.getWidth() != first.getWidth() || picture.getHeight() != first.getHeight()) {
            throw new IllegalArgumentException("pictures: expected all of " + size(first) + ", found " + size(picture));
        }
    }

    /** The same picture with its own colours for a palette, where they are few enough; Java looks for the best 256, which takes long. */
    private static BufferedImage withPalette(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        Map<Integer, Integer> places = new LinkedHashMap<>();
        byte[] indices = new byte[pixels.length];
        int colour = 0;
        int place = -1;
        for (int i = 0; i < pixels.length; i++) {
            if (place < 0 || pixels[i] != colour) { // most are as their neighbours
                colour = pixels[i];
                place = places.computeIfAbsent(colour, _ -> places.size());
            }
            indices[i] = (byte) place;
        }
        if (places.size() > MOST_COLOURS || picture.getColorModel().hasAlpha()) {
            return picture;
        }
        int[] palette = places.keySet().stream().mapToInt(Integer::intValue).toArray();
        var colours = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
        BufferedImage indexed = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colours);
        indexed.getRaster().setDataElements(0, 0, width, height, indices);
        return indexed;
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
