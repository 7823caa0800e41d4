package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Several views of one picture, as DINO compares them with each other: two large ones of most of the picture, then
 * small ones of parts. Its {@code DataAugmentationDINO}, of Caron et al., <i>Emerging properties in self-supervised
 * vision transformers</i>, 2021.
 *
 * @param globalSize how large the two global crops are, in pixels; 224 x 224 in DINO
 * @param globalScale what share of the picture they show; 0.4 to 1
 * @param localSize how large the local crops are, in pixels; 96 x 96
 * @param localScale what share of the picture they show; 0.05 to 0.4
 * @param localCrops how many of these there are, 0 or more; 8
 * @see <a href="https://github.com/facebookresearch/dino/blob/main/main_dino.py">main_dino.py</a>
 */
public record MultiCrop(
        ImageSize globalSize, Range globalScale, ImageSize localSize, Range localScale, int localCrops) {

    /** How many global crops there are. */
    public static final int GLOBAL_CROPS = 2;

    /** Checks the scales and the number. */
    public MultiCrop {
        Arguments.require(globalSize, "globalSize");
        Arguments.require(globalScale, "globalScale").requirePositive("globalScale");
        Arguments.require(localSize, "localSize");
        Arguments.require(localScale, "localScale").requirePositive("localScale");
        if (localCrops < 0) {
            throw new IllegalArgumentException("localCrops: expected 0 or more, found " + localCrops);
        }
    }

    /** With DINO's scales. */
    public static MultiCrop of(ImageSize globalSize, ImageSize localSize, int localCrops) {
        return new MultiCrop(globalSize, new Range(0.4, 1), localSize, new Range(0.05, 0.4), localCrops);
    }

    /** How many crops there are of a picture. */
    public int crops() {
        return GLOBAL_CROPS + localCrops;
    }

    /**
     * The crops of a picture: the two global ones, then the local ones.
     *
     * @param seed of the training run
     * @param epoch how many times the data were read before, 0 or more
     * @param example which of the data the picture is, 0 or more
     */
    public List<RgbImage> of(RgbImage image, long seed, long epoch, int example) {
        Arguments.require(image, "image");
        List<RgbImage> crops = new ArrayList<>(crops());
        for (int crop = 0; crop < crops(); crop++) {
            crops.add(augmentation(crop).apply(image, RandomNumbers.of(seed, epoch, example, crop)));
        }
        return crops;
    }

    /**
     * What becomes a crop of a picture.
     *
     * @param crop 0 and 1 are global, the others local
     */
    public Augmentation augmentation(int crop) {
        return switch (crop) {
            case 0 -> view(globalSize, globalScale, GaussianBlur.upTo2(1));
            case 1 ->
                view(
                        globalSize,
                        globalScale,
                        Augmentation.inOrder(List.of(GaussianBlur.upTo2(0.1), Solarize.upperHalf(0.2))));
            default -> view(localSize, localScale, GaussianBlur.upTo2(0.5));
        };
    }

    private static Augmentation view(ImageSize size, Range scale, Augmentation last) {
        return Augmentation.inOrder(List.of(
                RandomResizedCrop.bicubic(size, scale),
                new RandomHorizontalFlip(0.5),
                ColorJitter.of(0.4, 0.4, 0.2, 0.1).withProbability(0.8),
                new RandomGrayscale(0.2),
                last));
    }
}
