"""The words of the Core Business Vocabulary (GS1 CBV 2.0) and where each kind of word may come from."""

from dataclasses import dataclass
from difflib import get_close_matches

from fairledger_contracts.trace.epcis.broken import refuse, shown
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.uris import is_uri

WEB = "https://ref.gs1.org/cbv/"
URN = "urn:epcglobal:cbv:"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of words, open to anybody's own by URI.

    ``web`` is what a word's own URI begins with, and ``urn`` its older form, where there is one: of the words of the
    standard's lists only these may stand there. Where ``web`` is empty, the list is one of several in a name space.
    ``older`` are words that only earlier versions of the standard had, still seen in their URN form.
    """

    name: str
    web: str
    urn: str
    words: frozenset[str]
    older: frozenset[str] = frozenset()

    def check(self, value: object, scope: Scope) -> None:
        """Accept a word of the list, a word the context declares, or a URI. Raises ``Broken`` otherwise."""
        if type(value) is not str:
            refuse("type", f"a {self.name} is a string")
        if value in self.words:
            return
        if ":" not in value:
            if value not in scope.terms:
                self._refuse(value)
            return
        expanded = scope.expand(value)
        if self.web and expanded.startswith(_LISTS):
            if not self._has(expanded):
                self._refuse(value)
        elif not is_uri(expanded):
            refuse("uri", f"{shown(value)} is neither a {self.name} of the standard nor a URI")

    def _has(self, uri: str) -> bool:
        if uri.startswith(self.web):
            return uri.removeprefix(self.web) in self.words
        return bool(self.urn) and uri.startswith(self.urn) and uri.removeprefix(self.urn) in self.words | self.older

    def _refuse(self, value: str) -> None:
        near = get_close_matches(value.rpartition("-")[2].rpartition(":")[2], self.words, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        refuse("vocabulary", f"{shown(value)} is no {self.name} of the standard; a word of your own is a URI{hint}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEP = Vocabulary(
    "bizStep",
    WEB + "BizStep-",
    URN + "bizstep:",
    _words(
        """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
        decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
        installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
        retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
        unloading unpacking void_shipping"""
    ),
)

DISPOSITION = Vocabulary(
    "disposition",
    WEB + "Disp-",
    URN + "disp:",
    _words(
        """active available completeness_inferred completeness_verified conformant container_closed container_open
        damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
        mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
        partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen
        unavailable unknown"""
    ),
    _words(
        """non_sellable_damaged non_sellable_disposed non_sellable_expired non_sellable_no_pedigree_match
        non_sellable_recalled"""
    ),
)

BIZ_TRANSACTION_TYPE = Vocabulary(
    "business transaction type",
    WEB + "BTT-",
    URN + "btt:",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)

SOURCE_DESTINATION_TYPE = Vocabulary(
    "source or destination type",
    WEB + "SDT-",
    URN + "sdt:",
    _words("location owning_party possessing_party"),
)

ERROR_REASON = Vocabulary("error reason", WEB + "ER-", URN + "er:", _words("did_not_occur incorrect_data"))

COMPONENT = Vocabulary(
    "component",
    WEB + "Comp-",
    "",
    _words(
        """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
        longitude altitude"""
    ),
)

_LISTED = (BIZ_STEP, DISPOSITION, BIZ_TRANSACTION_TYPE, SOURCE_DESTINATION_TYPE, ERROR_REASON, COMPONENT)
_LISTS = tuple(start for each in _LISTED for start in (each.web, each.urn) if start)
"""What the words of the standard's lists begin with."""

SENSOR_ALERT = Vocabulary("sensor alert", "", "", _words("ALARM_CONDITION ERROR_CONDITION"))

_DRAFTED = _words("EffectiveDoseRate Molar_concentration")
"""What drafts called DoseEquivalentRate and AmountOfSubstancePerUnitVolume; published examples still do."""

MEASUREMENT = Vocabulary(
    "measurement type",
    "",
    "",
    _DRAFTED
    | _words(
        """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
        Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
        ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
        Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
        LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
        MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
        RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
        SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
        VolumetricFlux Wavenumber"""
    ),
)
