package io.tesserae.loaders.processor.json;

import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The image processors of transformers that are supported. They differ in what holds for keys that their file leaves out,
 * and in when they crop.
 *
 * @see <a href="https://github.com/huggingface/transformers/tree/main/src/transformers/models">image_processing_pil_vit.py,
 *     image_processing_pil_deit.py, image_processing_pil_bit.py, image_processing_pil_clip.py, image_processing_pil_siglip.py,
 *     image_processing_pil_blip.py, image_processing_pil_perceiver.py,
 *     image_processing_pil_idefics.py, image_processing_dinov3_vit.py</a>
 */
public enum ImageProcessorType {
    VIT(
            "ViTImageProcessor",
            new TargetSize.Exactly(224, 224),
            true,
            ResampleFilter.BILINEAR,
            Crop.IF_ASKED,
            Statistics.HALVES),
    DEIT(
            "DeiTImageProcessor",
            new TargetSize.Exactly(256, 256),
            true,
            ResampleFilter.BICUBIC,
            Crop.last(224),
            Statistics.HALVES),
    /** DINOv2's. */
    BIT(
            "BitImageProcessor",
            new TargetSize.ShortestEdge(224),
            false,
            ResampleFilter.BICUBIC,
            Crop.last(224),
            Statistics.CLIP),
    CLIP(
            "CLIPImageProcessor",
            new TargetSize.ShortestEdge(224),
            false,
            ResampleFilter.BICUBIC,
            Crop.last(224),
            Statistics.CLIP),
    SIGLIP(
            "SiglipImageProcessor",
            new TargetSize.Exactly(224, 224),
            false,
            ResampleFilter.BICUBIC,
            Crop.IF_ASKED,
            Statistics.HALVES),
    BLIP(
            "BlipImageProcessor",
            new TargetSize.Exactly(384, 384),
            true,
            ResampleFilter.BICUBIC,
            Crop.IF_ASKED,
            Statistics.CLIP),
    PERCEIVER(
            "PerceiverImageProcessor",
            new TargetSize.Exactly(224, 224),
            true,
            ResampleFilter.BICUBIC,
            Crop.first(256),
            Statistics.IMAGENET),
    IDEFICS(
            "IdeficsImageProcessor",
            new TargetSize.Exactly(224, 224),
            true,
            ResampleFilter.BICUBIC,
            Crop.IF_ASKED,
            Statistics.CLIP),
    /** DINOv3's: the only one that rescales before it resizes, so that what is resized are floats. */
    DINOV3(
            "DINOv3ViTImageProcessor",
            new TargetSize.Exactly(224, 224),
            true,
            ResampleFilter.BILINEAR,
            Crop.IF_ASKED,
            Statistics.IMAGENET);

    /**
     * What is cut out of a picture.
     *
     * @param wanted whether anything is, where the file does not say
     * @param size the file's {@code crop_size} where it has none
     * @param first whether it is cut out before resizing. Then {@code crop_size} is not what is kept, but what {@code size}
     *     is compared with: what is kept has that ratio to the picture's shorter side
     */
    record Crop(boolean wanted, Optional<ImageSize> size, boolean first) {
        static final Crop IF_ASKED = new Crop(false, Optional.empty(), false);

        static Crop last(int side) {
            return new Crop(true, Optional.of(new ImageSize(side, side)), false);
        }

        static Crop first(int side) {
            return new Crop(true, Optional.of(new ImageSize(side, side)), true);
        }
    }

    /** What the pixels of the model's training data were normalised by, for red, green and blue. */
    private record Statistics(List<Double> mean, List<Double> standardDeviation) {
        static final Statistics HALVES = new Statistics(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
        static final Statistics IMAGENET = new Statistics(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
        static final Statistics CLIP =
                new Statistics(List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));
    }

    final String className;
    final TargetSize size;
    /** Whether a size that is one number means a square; otherwise it is the shorter side. */
    final boolean defaultToSquare;

    final ResampleFilter resample;
    final Crop crop;
    final List<Double> mean;
    final List<Double> standardDeviation;

    ImageProcessorType(
            String className,
            TargetSize size,
            boolean defaultToSquare,
            ResampleFilter resample,
            Crop crop,
            Statistics statistics) {
        this.className = className;
        this.size = size;
        this.defaultToSquare = defaultToSquare;
        this.resample = resample;
        this.crop = crop;
        this.mean = statistics.mean;
        this.standardDeviation = statistics.standardDeviation;
    }

    /** By the class's name in Python, also that of its variants: {@code ViTImageProcessorFast}, {@code ViTImageProcessorPil}. */
    public static Optional<ImageProcessorType> named(String className) {
        String base = withoutVariant(className);
        return Arrays.stream(values())
                .filter(type -> type.className.equals(base))
                .findFirst();
    }

    /** Whether pictures are rescaled before they are resized. */
    boolean rescalesFirst() {
        return this == DINOV3;
    }

    static String withoutVariant(String className) {
        return className.replaceFirst("(Fast|Pil)$", "");
    }

    /** All names, for error messages. */
    public static String names() {
        return String.join(
                ", ", Arrays.stream(values()).map(type -> type.className).toList());
    }
}
